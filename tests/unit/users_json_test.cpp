// SPDX-License-Identifier: Apache-2.0
#include "users/user_json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace larder::users {
namespace {

std::string body(const std::string& name, const std::string& email) {
  return R"({"name":")" + name + R"(","email":")" + email + R"("})";
}

FieldErrors errorsOf(std::string_view text) {
  const auto parsed = parseNewUser(text);
  const auto* errors = std::get_if<FieldErrors>(&parsed);
  return errors == nullptr ? FieldErrors{} : *errors;
}

bool accepted(std::string_view text) { return std::holds_alternative<NewUser>(parseNewUser(text)); }
bool malformed(std::string_view text) { return std::holds_alternative<MalformedJson>(parseNewUser(text)); }

TEST(UserJson, WritesTheFieldsInOrder) {
  EXPECT_EQ(toJson(User{7, "Ada", "ada@example.com"}), R"({"id":7,"name":"Ada","email":"ada@example.com"})");
}

TEST(UserJson, WritesAListAsAPlainArray) {
  EXPECT_EQ(toJson(std::vector<User>{}), "[]");
  EXPECT_EQ(toJson(std::vector<User>{{1, "A", "a@b.c"}, {2, "B", "b@b.c"}}),
            R"([{"id":1,"name":"A","email":"a@b.c"},{"id":2,"name":"B","email":"b@b.c"}])");
}

TEST(UserJson, ReplacesBytesThatAreNotUtf8InsteadOfFailing) {
  EXPECT_EQ(toJson(User{1, "a\xFFz", "a@b.c"}), "{\"id\":1,\"name\":\"a\xEF\xBF\xBDz\",\"email\":\"a@b.c\"}");
}

TEST(UserJson, ReadsAUser) {
  const auto parsed = parseNewUser(R"( {"email":"ada@example.com","name":"Ad\u00e4 Löve"} )");

  ASSERT_TRUE(std::holds_alternative<NewUser>(parsed));
  EXPECT_EQ(std::get<NewUser>(parsed), (NewUser{"Adä Löve", "ada@example.com"}));
}

TEST(UserJson, RefusesAnythingButAJsonObject) {
  for (const char* text : {"", "{", "[]", "null", "7", "\"text\"", "{\"name\":}", "{} x", "{'name':'a'}"})
    EXPECT_TRUE(malformed(text)) << text;
}

TEST(UserJson, RefusesTextThatIsNotUtf8) {
  for (const char* name : {"\xFF", "\xC0\x80", "\xED\xA0\x80", "a\xE2\x82", "\\ud800"})
    EXPECT_TRUE(malformed(body(name, "a@b.c"))) << name;
}

TEST(UserJson, SurvivesDeepNesting) { EXPECT_TRUE(malformed(std::string(200000, '['))); }

TEST(UserJson, ReportsEveryWrongFieldAtOnce) {
  EXPECT_EQ(errorsOf(R"({"name":7,"admin":true})"), (FieldErrors{{"name", "is not a string"},
                                                                 {"email", "is missing"},
                                                                 {"admin", "is not a field of a user"}}));
}

TEST(UserJson, RefusesAFieldThatIsGivenTwice) {
  EXPECT_EQ(errorsOf(R"({"name":"a","name":"b","email":"a@b.c"})"),
            (FieldErrors{{"name", "is given more than once"}}));
}

TEST(UserJson, LimitsTheNameToOneHundredCharactersNotBytes) {
  std::string characters;
  for (int i = 0; i < 100; ++i) characters += "\xF0\x9F\x98\x80";

  EXPECT_TRUE(accepted(body(characters, "a@b.c")));
  EXPECT_EQ(errorsOf(body(characters + "x", "a@b.c")),
            (FieldErrors{{"name", "has more than 100 characters"}}));
}

TEST(UserJson, RefusesAnEmptyOrBlankName) {
  EXPECT_EQ(errorsOf(body("", "a@b.c")), (FieldErrors{{"name", "is empty"}}));
  EXPECT_EQ(errorsOf(body("   ", "a@b.c")), (FieldErrors{{"name", "is empty"}}));
}

TEST(UserJson, RefusesControlCharactersInTheName) {
  for (const char* name : {"a\\u0000b", "a\\nb", "\\u001b[2J", "a\\u007f", "a\\u0085b", "a\\u009fb"})
    EXPECT_EQ(errorsOf(body(name, "a@b.c")), (FieldErrors{{"name", "contains a control character"}})) << name;
  EXPECT_TRUE(accepted(body("a\\u00a0b", "a@b.c")));
}

TEST(UserJson, AcceptsSensibleEmailAddresses) {
  for (const char* email :
       {"a@b.c", "first.last+tag@sub.example.com", "x_y-z@1-2.example", "o'neil@example.com"})
    EXPECT_TRUE(accepted(body("n", email))) << email;
}

TEST(UserJson, RefusesOtherEmailAddresses) {
  for (const char* email : {"", "plain", "@example.com", "a@", "a@localhost", "a@b@c.d", ".a@b.c", "a.@b.c",
                            "a..b@c.d", "a b@c.d", "a@-b.c", "a@b-.c", "a@b..c", "a@.b.c", "a@b.c.",
                            "a@b_c.d", "ä@b.c", "a@b.c\\r\\nBcc: x@y.z"})
    EXPECT_EQ(errorsOf(body("n", email)),
              (FieldErrors{{"email", "is not an email address such as name@example.com"}}))
        << email;
}

TEST(UserJson, LimitsTheLengthOfAnEmailAndItsParts) {
  const std::string local(64, 'l');
  const std::string label(63, 'd');
  const std::string longest = local + "@" + label + "." + label + "." + std::string(61, 'e');
  ASSERT_EQ(longest.size(), 254u);

  EXPECT_TRUE(accepted(body("n", longest)));
  EXPECT_EQ(errorsOf(body("n", longest + "e")), (FieldErrors{{"email", "has more than 254 characters"}}));
  EXPECT_FALSE(accepted(body("n", local + "l@example.com")));
  EXPECT_FALSE(accepted(body("n", "a@" + label + "d.com")));
}

TEST(UserJson, AcceptsAPasswordOnlyInARegistration) {
  const auto text = R"({"name":"n","email":"a@b.c","password":"12345678"})";

  const auto registration = parseRegistration(text);

  ASSERT_TRUE(std::holds_alternative<Registration>(registration));
  EXPECT_EQ(std::get<Registration>(registration).password, "12345678");
  EXPECT_FALSE(std::get<Registration>(parseRegistration(body("n", "a@b.c"))).password);
  EXPECT_EQ(errorsOf(text), (FieldErrors{{"password", "is not a field of a user"}}));
}

TEST(UserJson, LimitsTheLengthOfAPassword) {
  const auto errorsWith = [](const std::string& password) {
    const auto parsed = parseRegistration(R"({"name":"n","email":"a@b.c","password":")" + password + "\"}");
    const auto* errors = std::get_if<FieldErrors>(&parsed);
    return errors ? *errors : FieldErrors{};
  };

  EXPECT_EQ(errorsWith("1234567"), (FieldErrors{{"password", "has fewer than 8 bytes"}}));
  EXPECT_EQ(errorsWith(std::string(1024, 'p')), FieldErrors{});
  EXPECT_EQ(errorsWith(std::string(1025, 'p')), (FieldErrors{{"password", "has more than 1024 bytes"}}));
}

TEST(UserJson, AddsErrorsToAProblem) {
  EXPECT_EQ(withErrors(R"({"status":422})", {{"na\"me", "is bad"}}),
            "{\"status\":422,\"errors\":[{\"field\":\"na\\\"me\",\"message\":\"is bad\"}]}\n");
}

}  // namespace
}  // namespace larder::users
