// SPDX-License-Identifier: Apache-2.0
//
// Which bytes are a request. Every text is fed whole, byte by byte, and split at each position: the network
// decides where bytes are split, so it must make no difference.
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "talk.hpp"

using namespace larder::http;
using namespace std::string_literals;

namespace {

std::string withoutContinue(std::string text) {
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
  if (const auto at = text.find(interim); at != std::string::npos) text.erase(at, interim.size());
  return text;
}

struct Bad {
  const char* name;
  std::string bytes;
  int status;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }

class RefusedRequest : public ::testing::TestWithParam<Bad> {};

std::string caseName(const ::testing::TestParamInfo<Bad>& info) { return info.param.name; }

}  // namespace

TEST_P(RefusedRequest, GetsItsStatusClosesAndRunsNothing) {
  const auto& bad = GetParam();
  const RequestLimits limits{
      .maxTarget = 200, .maxHead = 1000, .maxHeaderLine = 300, .maxHeaders = 5, .maxBody = 40};
  const std::string status_line = "HTTP/1.1 " + std::to_string(bad.status) + " ";

  forEachCut(bad.bytes + kHidden, limits, [&](Talk& talk, const std::string& how) {
    ASSERT_TRUE(talk.asked().empty()) << how << ": " << talk.asked().front();
    const auto heard = withoutContinue(talk.heard());
    ASSERT_TRUE(heard.starts_with(status_line)) << how << ": " << heard;
    ASSERT_NE(heard.find("\r\nConnection: close\r\n"), std::string::npos) << how;
    ASSERT_EQ(heard.find("HTTP/1.1 ", 1), std::string::npos) << how << ": " << heard;
    ASSERT_TRUE(talk.closed()) << how;
  });
}

INSTANTIATE_TEST_SUITE_P(
    Framing, RefusedRequest,
    ::testing::Values(
        Bad{"LengthAndChunked", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            400},
        Bad{"ChunkedAndLength", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
            400},
        Bad{"TwoLengths", post("Content-Length: 0\r\nContent-Length: 4\r\n"), 400},
        Bad{"TwoEqualLengths", post("Content-Length: 4\r\nContent-Length: 4\r\n", "abcd"), 400},
        Bad{"LengthList", post("Content-Length: 1,0\r\n"), 400},
        Bad{"LengthOfTwoEqualOnes", post("Content-Length: 4, 4\r\n", "abcd"), 400},
        Bad{"NegativeLength", post("Content-Length: -1\r\n"), 400},
        Bad{"PlusLength", post("Content-Length: +5\r\n", "abcde"), 400},
        Bad{"HexLength", post("Content-Length: 0x5\r\n", "abcde"), 400},
        Bad{"LengthWithASpace", post("Content-Length: 1 0\r\n", "abcdefghij"), 400},
        Bad{"EmptyLength", post("Content-Length:\r\n"), 400},
        Bad{"LengthOver64Bits", post("Content-Length: 18446744073709551621\r\n", "abcde"), 400},
        Bad{"HugeLength", post("Content-Length: 18446744073709551615\r\n"), 413},
        Bad{"SpaceBeforeColon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400},
        Bad{"TabBeforeColon", post("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n"), 400},
        Bad{"SpaceBeforeColonOfLength", post("Content-Length : 3\r\n", "abc"), 400},
        Bad{"TwoCodings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            400},
        Bad{"ChunkedTwice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 400},
        Bad{"ChunkedNotLast", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 400},
        Bad{"ChunkedAndIdentity",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"), 400},
        Bad{"EmptyCoding", post("Transfer-Encoding:\r\n"), 400},
        Bad{"UnknownCoding", post("Transfer-Encoding: gzip\r\n"), 501},
        Bad{"IdentityCoding", post("Transfer-Encoding: identity\r\n"), 501},
        Bad{"CodingBeforeChunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
        Bad{"AlmostChunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 501},
        Bad{"QuotedChunked", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 501},
        Bad{"CodingInVersion10", "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Lines, RefusedRequest,
    ::testing::Values(Bad{"BareLfAfterTheRequestLine", "GET / HTTP/1.1\nHost: x\r\n\r\n", 400},
                      Bad{"BareLfAfterAField", "GET / HTTP/1.1\r\nHost: x\n\r\n", 400},
                      Bad{"BareLfAtTheEnd", "GET / HTTP/1.1\r\nHost: x\r\n\n", 400},
                      Bad{"BareLfBeforeTheRequest", "\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Bad{"CrAloneEndsAField", "GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n", 400},
                      // CVE-2023-30589: some versions of llhttp end an empty field at a CR and read a second
                      // field after it.
                      Bad{"CrAloneEndsAnEmptyField", post("Dummy:\rContent-Length: 33\r\n"), 400},
                      Bad{"CrAloneHidesACoding", post("X-Abc:\rxTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
                          400},
                      Bad{"CrAloneEndsTheHead", "GET / HTTP/1.1\r\nHost: x\r\r", 400},
                      Bad{"CrCrLf", "GET / HTTP/1.1\r\nHost: x\r\r\n\r\n", 400},
                      Bad{"FoldedBySpace", getWith("Host: x\r\nX: a\r\n b\r\n"), 400},
                      Bad{"FoldedByTab", getWith("Host: x\r\nX: a\r\n\tb\r\n"), 400},
                      Bad{"SpaceBeforeTheFirstField", getWith(" Host: x\r\n"), 400},
                      Bad{"FoldedCoding", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), 400},
                      Bad{"NulInAValue", getWith("Host: x\r\nX: a\0b\r\n"s), 400},
                      Bad{"NulInAName", getWith("Host: x\r\nX\0: a\r\n"s), 400},
                      Bad{"NulInTheTarget", "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n"s, 400},
                      Bad{"BellInAValue", getWith("Host: x\r\nX: \a\r\n"), 400},
                      Bad{"DelInAValue", getWith("Host: x\r\nX: \x7f\r\n"), 400},
                      Bad{"EmptyName", getWith("Host: x\r\n: a\r\n"), 400},
                      Bad{"NoColon", getWith("Host: x\r\nX\r\n"), 400},
                      Bad{"SpaceInAName", getWith("Host: x\r\nX Y: a\r\n"), 400},
                      Bad{"BracketInAName", getWith("Host: x\r\nX[: a\r\n"), 400},
                      Bad{"HighByteInAName", getWith("Host: x\r\nX\xc3\xa4: a\r\n"), 400}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Hosts, RefusedRequest,
    ::testing::Values(Bad{"NoHost", getWith(""), 400},
                      Bad{"TwoHosts", getWith("Host: x\r\nHost: y\r\n"), 400},
                      Bad{"TwoEqualHosts", getWith("Host: x\r\nHost: x\r\n"), 400},
                      Bad{"HostList", getWith("Host: x, y\r\n"), 400},
                      Bad{"HostWithAPath", getWith("Host: x/y\r\n"), 400},
                      Bad{"HostWithAUser", getWith("Host: me@x\r\n"), 400},
                      Bad{"TwoHostsInVersion10", "GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n", 400},
                      Bad{"AbsoluteTargetWithoutHost", "GET http://y/ HTTP/1.1\r\n\r\n", 400}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    RequestLines, RefusedRequest,
    ::testing::Values(Bad{"Version12", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505},
                      Bad{"Version20", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
                      Bad{"Version09", "GET / HTTP/0.9\r\nHost: x\r\n\r\n", 505},
                      Bad{"PrefaceOfHttp2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
                      Bad{"NoVersion", "GET /\r\nHost: x\r\n\r\n", 400},
                      Bad{"VersionOfThreeParts", "GET / HTTP/1.1.1\r\nHost: x\r\n\r\n", 400},
                      Bad{"VersionWithALeadingZero", "GET / HTTP/01.1\r\nHost: x\r\n\r\n", 400},
                      Bad{"VersionInLowerCase", "GET / http/1.1\r\nHost: x\r\n\r\n", 400},
                      Bad{"OtherProtocol", "GET / RTSP/1.0\r\nHost: x\r\n\r\n", 400},
                      Bad{"VersionWithoutMinor", "GET / HTTP/1\r\nHost: x\r\n\r\n", 400},
                      Bad{"TwoSpaces", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Bad{"SpaceAtTheEnd", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", 400},
                      Bad{"SpaceAtTheBeginning", " GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Bad{"TabsAsSpaces", "GET\t/\tHTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Bad{"UnknownMethod", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
                      Bad{"MethodInLowerCase", "get / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
                      Bad{"MethodThatIsNone", "G@T / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Bad{"Tunnel", "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n", 501},
                      Bad{"RelativeTarget", "GET users HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Bad{"AsteriskForGet", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Bad{"FragmentInTheTarget", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Bad{"HighByteInTheTarget", "GET /\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Bad{"AbsoluteTargetOfOtherScheme", "GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Bad{"AbsoluteTargetWithAUser", "GET http://me@x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Bad{"AbsoluteTargetWithoutAHost", "GET http:///a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Bad{"HandshakeOfTls", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, 400}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Limits, RefusedRequest,
    ::testing::Values(
        Bad{"Target", "GET /" + std::string(200, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
        Bad{"EndlessTarget", "GET /" + std::string(2000, 'a'), 414},
        Bad{"Field", getWith("Host: x\r\nX: " + std::string(300, 'a') + "\r\n"), 431},
        Bad{"EndlessField", "GET / HTTP/1.1\r\nX: " + std::string(2000, 'a'), 431},
        Bad{"FieldsTogether",
            getWith("Host: x\r\nA: " + std::string(280, 'a') + "\r\nB: " + std::string(280, 'a') +
                    "\r\nC: " + std::string(280, 'a') + "\r\nD: " + std::string(200, 'a') + "\r\n"),
            431},
        Bad{"NumberOfFields", getWith("Host: x\r\nA: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\n"), 431},
        Bad{"EmptyLinesBefore",
            [] {
              std::string lines;
              for (int i = 0; i < 600; ++i) lines += "\r\n";
              return lines;
            }(),
            431},
        Bad{"Body", post("Content-Length: 41\r\n", std::string(41, 'a')), 413},
        Bad{"BodyThatNobodySent", post("Content-Length: 41\r\nExpect: 100-continue\r\n"), 413},
        Bad{"ChunkedBody",
            post("Transfer-Encoding: chunked\r\n", "29\r\n" + std::string(41, 'a') + "\r\n0\r\n\r\n"), 413},
        Bad{"BodyOfManyChunks",
            post("Transfer-Encoding: chunked\r\n",
                 "20\r\n" + std::string(32, 'a') + "\r\n9\r\naaaaaaaaa\r\n0\r\n\r\n"),
            413},
        Bad{"Expectation", post("Content-Length: 3\r\nExpect: miracles\r\n", "abc"), 417}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Chunks, RefusedRequest,
    ::testing::Values(
        Bad{"NoSize", post("Transfer-Encoding: chunked\r\n", "\r\nabc\r\n0\r\n\r\n"), 400},
        Bad{"NegativeSize", post("Transfer-Encoding: chunked\r\n", "-1\r\nabc\r\n0\r\n\r\n"), 400},
        Bad{"SizeIn0x", post("Transfer-Encoding: chunked\r\n", "0x3\r\nabc\r\n0\r\n\r\n"), 400},
        Bad{"SizeOver64Bits", post("Transfer-Encoding: chunked\r\n", "10000000000000003\r\nabc\r\n0\r\n\r\n"),
            400},
        Bad{"SpaceBeforeTheSize", post("Transfer-Encoding: chunked\r\n", " 3\r\nabc\r\n0\r\n\r\n"), 400},
        Bad{"SpaceAfterTheSize", post("Transfer-Encoding: chunked\r\n", "3 \r\nabc\r\n0\r\n\r\n"), 400},
        Bad{"BareLfAfterTheSize", post("Transfer-Encoding: chunked\r\n", "3\nabc\r\n0\r\n\r\n"), 400},
        Bad{"BareLfAfterTheData", post("Transfer-Encoding: chunked\r\n", "3\r\nabc\n0\r\n\r\n"), 400},
        Bad{"NoLineEndAfterTheData", post("Transfer-Encoding: chunked\r\n", "3\r\nabc0\r\n\r\n"), 400},
        Bad{"BareLfInTheExtension", post("Transfer-Encoding: chunked\r\n", "3;a\nb\r\nabc\r\n0\r\n\r\n"),
            400},
        Bad{"BareLfInTheTrailers", post("Transfer-Encoding: chunked\r\n", "0\r\nA: b\n\r\n"), 400},
        Bad{"CrAloneInTheTrailers", post("Transfer-Encoding: chunked\r\n", "0\r\nA:\rB: c\r\n\r\n"), 400},
        Bad{"EndlessExtension", post("Transfer-Encoding: chunked\r\n", "3;" + std::string(2000, 'a')), 400},
        Bad{"EndlessTrailers", post("Transfer-Encoding: chunked\r\n", "0\r\nA: " + std::string(2000, 'a')),
            400}),
    caseName);

namespace {

struct Good {
  const char* name;
  std::string bytes;
  std::vector<std::string> asked;
};

void PrintTo(const Good& good, std::ostream* out) { *out << good.name; }

class UnusualRequest : public ::testing::TestWithParam<Good> {};

}  // namespace

TEST_P(UnusualRequest, IsAccepted) {
  const auto& good = GetParam();

  forEachCut(good.bytes, {}, [&](Talk& talk, const std::string& how) {
    ASSERT_EQ(talk.asked(), good.asked) << how << ": " << talk.heard();
    ASSERT_FALSE(talk.closed()) << how;
  });
}

INSTANTIATE_TEST_SUITE_P(
    , UnusualRequest,
    ::testing::Values(
        Good{"Plain", getWith("Host: x\r\n"), {"GET / "}},
        Good{"EmptyLinesBefore", "\r\n\r\n" + getWith("Host: x\r\n"), {"GET / "}},
        Good{"EmptyLineBetween",
             getWith("Host: x\r\n") + "\r\n" + getWith("Host: x\r\n"),
             {"GET / ", "GET / "}},
        Good{"EmptyHost", getWith("Host:\r\n"), {"GET / "}},
        Good{"HostWithAPort", getWith("Host: example.org:8080\r\n"), {"GET / "}},
        Good{"HostOfVersion6", getWith("Host: [::1]:8080\r\n"), {"GET / "}},
        Good{
            "NamesInOtherCase", "POST / HTTP/1.1\r\nhOST: x\r\ncontent-LENGTH: 3\r\n\r\nabc", {"POST / abc"}},
        Good{"NoSpaceAfterColon", post("Content-Length:3\r\n", "abc"), {"POST / abc"}},
        Good{"SpacesAroundAValue", post("Content-Length: \t 3  \r\n", "abc"), {"POST / abc"}},
        Good{"EmptyValue", getWith("Host: x\r\nX:\r\nY: \r\n"), {"GET / "}},
        Good{"HighBytesInAValue", getWith("Host: x\r\nX: \xc3\xa4\r\n"), {"GET / "}},
        Good{"LengthWithZeros", post("Content-Length: 0003\r\n", "abc"), {"POST / abc"}},
        Good{"BodyOfZeroBytes", post("Content-Length: 0\r\n"), {"POST / "}},
        Good{"BodyOfAGet", getWith("Host: x\r\nContent-Length: 3\r\n").append("abc"), {"GET / abc"}},
        Good{"BodyThatLooksLikeARequest",
             post("Content-Length: " + std::to_string(kHidden.size()) + "\r\n", kHidden),
             {"POST / " + kHidden}},
        Good{"Chunks",
             post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"),
             {"POST / abcd"}},
        Good{"ChunkedInOtherCase",
             post("Transfer-Encoding: Chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"),
             {"POST / abc"}},
        Good{"ChunkSizeWithZeros",
             post("Transfer-Encoding: chunked\r\n", "003\r\nabc\r\n000\r\n\r\n"),
             {"POST / abc"}},
        Good{"ChunkExtensions",
             post("Transfer-Encoding: chunked\r\n", "3;a=\"b\"\r\nabc\r\n0\r\n\r\n"),
             {"POST / abc"}},
        Good{"Trailers",
             post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\nHost: y\r\nX: z\r\n\r\n"),
             {"POST / abc"}},
        Good{"LineEndsWithinAChunk",
             post("Transfer-Encoding: chunked\r\n", "4\r\n\r\n\r\n\r\n0\r\n\r\n"),
             {"POST / \r\n\r\n"}},
        Good{"RequestAfterChunks",
             post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n") + getWith("Host: x\r\n"),
             {"POST / abc", "GET / "}},
        Good{"Pipelined",
             "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
             "POST /3 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n3GET /4 HTTP/1.1\r\nHost: x\r\n\r\n",
             {"GET /1 ", "GET /2 ", "POST /3 3", "GET /4 "}},
        Good{"AbsoluteTarget", "GET http://y:80/a?b=c HTTP/1.1\r\nHost: x\r\n\r\n", {"GET /a?b=c "}},
        Good{"AbsoluteTargetWithoutAPath", "GET HTTP://y?b=c HTTP/1.1\r\nHost: x\r\n\r\n", {"GET /?b=c "}},
        Good{"AsteriskForOptions", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", {"OPTIONS * "}},
        Good{"EscapesInTheTarget", "GET /%41%2f?a=%00 HTTP/1.1\r\nHost: x\r\n\r\n", {"GET /%41%2f?a=%00 "}},
        Good{"OfferToUpgrade",
             getWith("Host: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n") + getWith("Host: x\r\n"),
             {"GET / ", "GET / "}},
        Good{"KeepAliveOfVersion10",
             "GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /2 HTTP/1.0\r\nConnection: "
             "Keep-Alive\r\n\r\n",
             {"GET /1 ", "GET /2 "}}),
    [](const auto& good) { return good.param.name; });
