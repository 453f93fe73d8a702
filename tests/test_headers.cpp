// SPDX-License-Identifier: Apache-2.0
//
// Nothing: its target stands for the header that the tests' executables have precompiled in common.
int main() {}
