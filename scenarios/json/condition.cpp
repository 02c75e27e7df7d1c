#include "scenarios/json/condition.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "scenarios/nearest.hpp"

namespace raftsim::scenarios::json {

namespace {

using Operation = Condition::Operation;
using Operators = std::span<const std::pair<std::string_view, Operation>>;

constexpr std::array<std::string_view, 9> words{"connected", "disconnected", "up",        "down",    "paused",
                                                "leaders",   "term",         "committed", "commands"};
// Of two that begin alike, the longer first.
constexpr std::array<std::pair<std::string_view, Operation>, 6> comparisons{{{"==", Operation::equal},
                                                                             {"!=", Operation::unequal},
                                                                             {"<=", Operation::less_or_equal},
                                                                             {">=", Operation::greater_or_equal},
                                                                             {"<", Operation::less},
                                                                             {">", Operation::greater}}};
constexpr std::array<std::pair<std::string_view, Operation>, 2> sums{
    {{"+", Operation::add}, {"-", Operation::subtract}}};
constexpr std::array<std::pair<std::string_view, Operation>, 3> products{
    {{"*", Operation::multiply}, {"/", Operation::divide}, {"%", Operation::remainder}}};

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
constexpr std::string_view digits = "0123456789";
constexpr std::int64_t largest_number = 1'000'000'000'000;
constexpr int deepest_parentheses = 32;

// Reads by recursive descent; what it has read is in `program`, operands before their operator.
class Parser {
 public:
  Parser(std::string_view text, const Place& place) : whole_(text), text_(text), place_(place) {}

  std::vector<Condition::Instruction> parse() {
    disjunction();
    skip_blanks();
    if (!text_.empty()) fail("an operator or the end");
    return std::move(program_);
  }

 private:
  void disjunction() {
    if (++depth_ > deepest_parentheses) fail("fewer parentheses");
    conjunction();
    while (take_word("or")) {
      conjunction();
      push(Operation::disjunction);
    }
    --depth_;
  }
  void conjunction() {
    negation();
    while (take_word("and")) {
      negation();
      push(Operation::conjunction);
    }
  }
  void negation() {
    bool negated = false;
    while (take_word("not")) negated = !negated;
    comparison();
    if (negated) push(Operation::negation);
  }
  void comparison() {
    sum();
    if (const auto* found = take(comparisons)) {
      sum();
      push(found->second);
    }
  }
  void sum() {
    product();
    while (const auto* found = take(sums)) {
      product();
      push(found->second);
    }
  }
  void product() {
    operand();
    while (const auto* found = take(products)) {
      operand();
      push(found->second);
    }
  }
  void operand() {
    skip_blanks();
    if (text_.starts_with('(')) {
      text_.remove_prefix(1);
      disjunction();
      skip_blanks();
      if (!text_.starts_with(')')) fail("\")\"");
      text_.remove_prefix(1);
    } else if (!text_.empty() && digits.find(text_.front()) != digits.npos) {
      number();
    } else {
      const auto word = next_word();
      if (word.empty() || word == "and" || word == "or" || word == "not") fail("a number or a word");
      text_.remove_prefix(word.size());
      program_.push_back({Operation::word, 0, std::string(word)});
    }
  }
  void number() {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc{} || value > largest_number) fail("a number up to 1,000,000,000,000");
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    program_.push_back({Operation::number, value, {}});
  }

  const std::pair<std::string_view, Operation>* take(Operators operators) {
    skip_blanks();
    for (const auto& each : operators) {
      if (!text_.starts_with(each.first)) continue;
      text_.remove_prefix(each.first.size());
      return &each;
    }
    return nullptr;
  }
  bool take_word(std::string_view word) {
    skip_blanks();
    if (next_word() != word) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  [[nodiscard]] std::string_view next_word() const {
    if (text_.empty() || letters.find(text_.front()) == letters.npos) return {};
    const auto end = std::find_if(text_.begin(), text_.end(), [](char letter) {
      return letters.find(letter) == letters.npos && digits.find(letter) == digits.npos;
    });
    return text_.substr(0, static_cast<std::size_t>(end - text_.begin()));
  }
  void skip_blanks() { text_.remove_prefix(std::min(text_.find_first_not_of(' '), text_.size())); }
  void push(Operation operation) { program_.push_back({operation, 0, {}}); }
  [[noreturn]] void fail(const std::string& expected) const {
    const std::string found = text_.empty() ? "the end" : "\"" + std::string(text_.substr(0, 20)) + "\"";
    place_.refuse("expected " + expected + ", found " + found + " in \"" + std::string(whole_) + "\"");
  }

  std::string_view whole_;
  std::string_view text_;  // what is left
  const Place& place_;
  std::vector<Condition::Instruction> program_;
  int depth_ = 0;
};

}  // namespace

void read(const Json& json, const Place& place, Expression expression) {
  if (!json.is_string()) place.fail("a condition such as \"i % 3 == 1\" or \"connected < 3\"", brief(json));
  const auto& text = json.get_ref<const std::string&>();
  expression.condition = {text, Parser(text, place).parse()};
}

void write(Json& json, Expression expression) { json = expression.condition.text; }

void define(Schema schema, Expression /*expression*/) {
  schema.is_a("condition", [](Schema condition) {
    condition.is(R"({"type": "string", "minLength": 1})");
    condition.say("description", "\"i % 3 == 1 and connected < 3\": whole numbers, the numbers of iterations, names, " +
                                     listed(words));
  });
}

std::vector<std::string_view> condition_words() { return {words.begin(), words.end()}; }

}  // namespace raftsim::scenarios::json
