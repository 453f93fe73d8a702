message(FATAL_ERROR "rust_plugin was not built: cargo is not on PATH; install it (Debian: cargo) and configure again, "
                    "or configure with -DLARDER_WITH_RUST=OFF")
