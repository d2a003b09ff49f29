// Values of the C++ library's types: a function for each group, which has them as locals and calls the next one.
// Compiled with libc++ and with libstdc++.
#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <forward_list>
#include <functional>
#include <initializer_list>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace shapes {

struct Point {
  int x, y;
};

struct Shape {
  virtual ~Shape() = default;
  virtual double area() const = 0;
  int id = 7;
};

struct Circle : Shape {
  double radius = 1.5;
  double area() const override { return 3 * radius * radius; }
};

struct Named {
  virtual ~Named() = default;
  int length = 4;
};

template <typename T> struct Box : Named, Shape {
  T content{};
  double area() const override { return 1; }
};

namespace {
struct Hidden : Shape {
  short secret = 99;
  double area() const override { return 0; }
};
} // namespace

} // namespace shapes

using shapes::Point;

// Variables are kept for the dump only.
#pragma clang diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"

[[gnu::noinline, clang::optnone]] static void dynamic() {
  shapes::Circle circle;
  shapes::Box<int> box;
  box.content = 42;
  shapes::Hidden hidden;
  shapes::Shape *toCircle = &circle;
  shapes::Shape *toBox = &box; // Not at the start of the object.
  shapes::Named &namedBox = box;
  shapes::Shape *toHidden = &hidden;
  shapes::Shape *toNothing = nullptr;
  std::unique_ptr<shapes::Shape> owned = std::make_unique<shapes::Circle>();
  __builtin_trap();
}

[[clang::optnone]] static int twice(int number) { return 2 * number; }

[[gnu::noinline, clang::optnone]] static void utilities() {
  std::pair<int, std::string> pair{1, "one"};
  std::tuple<int, double, std::string> tuple{1, 2.5, "three"};
  std::tuple<> emptyTuple;
  std::tuple<std::less<int>, char> tupleOfEmpty{{}, 'x'};
  std::optional<int> some = 5;
  std::optional<std::string> none;
  std::optional<Point> place = Point{3, 4};
  std::variant<int, std::string, double> variant = std::string("text");
  std::variant<int, double> number = 2.5;
  std::unique_ptr<Point> unique = std::make_unique<Point>(Point{5, 6});
  std::unique_ptr<int> nothing;
  std::unique_ptr<int[]> many = std::make_unique<int[]>(3);
  std::shared_ptr<Point> shared = std::make_shared<Point>(Point{7, 8});
  std::shared_ptr<Point> second = shared;
  std::weak_ptr<Point> weak = shared;
  std::shared_ptr<int> sharedNothing;
  std::weak_ptr<int> expired;
  { auto gone = std::make_shared<int>(1); expired = gone; }
  std::function<int(int)> function = twice;
  int captured = 3;
  std::function<int(int)> lambda = [captured](int value) { return captured * value; };
  std::function<int(int)> noFunction;
  std::atomic<int> atomic = 12;
  std::atomic<bool> flag = true;
  std::atomic<int *> atomicPointer = &captured;
  std::reference_wrapper<int> reference = captured;
  std::chrono::milliseconds milliseconds{1500};
  std::chrono::hours hours{2};
  std::chrono::duration<double> seconds{0.25};
  std::chrono::duration<int, std::ratio<1, 30>> frames{60};
  std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds> when{std::chrono::seconds{1700000000}};
  std::chrono::time_point<std::chrono::steady_clock> ticks{std::chrono::nanoseconds{5000}};
  dynamic();
}

[[gnu::noinline, clang::optnone]] static void tables() {
  std::unordered_map<std::string, int> map{{"one", 1}};
  std::unordered_map<int, Point> points{{1, {2, 3}}, {4, {5, 6}}};
  std::unordered_set<int> set{5};
  std::unordered_multimap<int, char> multimap{{1, 'a'}, {1, 'b'}};
  std::unordered_multiset<std::string> multiset{"twice", "twice"};
  std::unordered_map<int, int> empty;
  std::unordered_set<int> large;
  for (int i = 0; i < 1000; ++i) large.insert(i);
  utilities();
}

[[gnu::noinline, clang::optnone]] static void trees() {
  std::map<std::string, int> map{{"one", 1}, {"three", 3}, {"two", 2}};
  std::map<int, Point> points{{1, {2, 3}}, {-1, {4, 5}}};
  std::map<char, long long> wide{{'a', 1LL << 40}};
  std::set<int> set{3, 1, 2};
  std::multimap<int, char> multimap{{1, 'a'}, {1, 'b'}, {0, 'c'}};
  std::multiset<char> multiset{'x', 'y', 'x'};
  std::map<int, int> empty;
  std::map<int, int> large;
  for (int i = 0; i < 10000; ++i) large.emplace_hint(large.end(), i, i * i);
  std::map<int, std::vector<int>> nested{{1, {10, 11}}, {2, {}}};
  tables();
}

[[gnu::noinline, clang::optnone]] static void sequences(std::initializer_list<int> initial) {
  std::initializer_list<int> copied = initial;
  std::vector<int> vector{1, 2, 3};
  std::vector<Point> points{{1, 2}, {3, 4}};
  std::vector<std::string> strings{"alpha", "a string that is too long for its own storage"};
  std::vector<bool> bits(70);
  bits[1] = bits[64] = bits[69] = true;
  std::vector<int> empty;
  std::vector<int> large(10000);
  for (int i = 0; i < 10000; ++i) large[i] = i;
  std::array<short, 4> array{1, -2, 3, -4};
  std::array<int, 0> emptyArray;
  std::span<int> span(vector);
  std::span<int, 2> fixed(vector.data(), 2);
  std::deque<int> deque{3, 4};
  deque.push_front(2);
  deque.push_front(1);
  std::deque<int> largeDeque;
  for (int i = 0; i < 10000; ++i) largeDeque.push_back(i);
  for (int i = 0; i < 100; ++i) largeDeque.pop_front();
  std::deque<double> emptyDeque;
  std::list<int> list{7, 8, 9};
  std::list<std::string> emptyList;
  std::list<int> largeList(1000, 5);
  std::forward_list<char> forward{'a', 'b'};
  std::vector<std::vector<int>> matrix{{1}, {2, 3}};
  trees();
}

[[gnu::noinline, clang::optnone]] static void strings() {
  std::string shortText = "short";
  std::string longText = "a string that is too long for its own storage";
  std::string emptyText;
  std::string quoted = "a \"b\"\n";
  std::string zeros("a\0b", 3);
  std::string utf8 = "Gr\xc3\xbc\xc3\x9f\x65";
  std::string huge(1000, 'h');
  std::wstring wide = L"wide";
  std::wstring longWide = L"a wide string that is long enough";
  std::u16string utf16 = u"\u00fc\U0001F600";
  std::u32string utf32 = U"\u00fc\U0001F600";
  std::u8string bytes = u8"\u00fc";
  std::string_view view = std::string_view(longText).substr(2, 6);
  std::string_view emptyView;
  std::u16string_view wideView = u"view";
  const std::string &reference = longText;
  sequences({4, 5, 6});
}

int main() { strings(); }
