// A warehouse: shelves of products of different kinds. An order is picked from the shelves,
// product by product.
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace warehouse {

enum class Unit : std::uint8_t { Piece = 1, Litre, Metre };

struct Place {
  std::uint32_t slot : 24;
  std::uint32_t row : 8;
};

constexpr Place kNowhere{0xffffff, 0xff};

class Product {
public:
  Product(std::string name, Unit unit, double price) : name_(std::move(name)), unit_(unit), price_(price) {}
  virtual ~Product() = default;
  // What `count` of this product cost in cents.
  virtual long cost(unsigned count) const = 0;
  const std::string &name() const { return name_; }

protected:
  std::string name_;
  Unit unit_;
  double price_;
};

class Tool final : public Product {
public:
  Tool(std::string name, double price, std::pair<int, int> size) : Product(std::move(name), Unit::Piece, price), size_(size) {}
  long cost(unsigned count) const override { return static_cast<long>(price_ * 100) * count; }

private:
  std::pair<int, int> size_;
};

// The products of one kind and how many of each are there.
template <typename Item, unsigned Rows> class Shelf {
public:
  struct Slot {
    Item item;
    unsigned count = 0;
    float reserved = 0;
  };

  void add(Item item, unsigned count) {
    std::string name = item.name();
    index_[name] = Place{static_cast<std::uint32_t>(slots_.size()), static_cast<std::uint8_t>(slots_.size() % Rows)};
    slots_.push_back(Slot{std::move(item), count});
  }

  Place find(const std::string &name) const {
    auto found = index_.find(name);
    return found == index_.end() ? kNowhere : found->second;
  }

  // Takes `count` of a product off the shelf; none if there are not enough.
  [[gnu::noinline]] std::optional<long> take(const std::string &name, unsigned count) {
    const Place place = find(name);
    Slot &slot = slots_[place.slot]; // BUG: kNowhere is not a slot
    unsigned left = slot.count;      // CRASH: memory out of bounds
    if (left < count) return std::nullopt;
    slot.count = left - count;
    return slot.item.cost(count);
  }

private:
  std::vector<Slot> slots_;
  std::map<std::string, Place> index_;
};

// Where an order's lines are sent: to a shelf here, or to another warehouse.
class Supplier {
public:
  virtual ~Supplier() = default;
  virtual long deliver(const std::string &name, unsigned count) = 0;
};

template <typename Item> class Hall : public Supplier {
public:
  Shelf<Item, 4> shelf;
  [[gnu::noinline]] long deliver(const std::string &name, unsigned count) override {
    std::optional<long> cents = shelf.take(name, count); // CALL
    delivered_[name] += cents ? count : 0;
    return cents.value_or(0);
  }

private:
  std::map<std::string, unsigned> delivered_;
};

struct Order {
  std::string customer;
  std::vector<std::pair<std::string, unsigned>> lines;
  bool express;
};

[[gnu::noinline]] long pick(Supplier &supplier, const Order &order) {
  long sum = order.express ? 990 : 0;
  for (const auto &[name, count] : order.lines) sum += supplier.deliver(name, count); // CALL
  return sum;
}

} // namespace warehouse

int main() {
  using namespace warehouse;
  auto hall = std::make_unique<Hall<Tool>>();
  hall->shelf.add(Tool("hammer", 17.5, {32, 13}), 12);
  hall->shelf.add(Tool("saw", 24.25, {55, 16}), 5);
  hall->shelf.add(Tool("cordless screwdriver, 18 V, with two batteries", 149.0, {24, 21}), 2);
  const std::vector<Order> orders = {{"Ada", {{"hammer", 2}, {"saw", 1}}, false}, {"Grace", {{"saw", 1}, {"pliers", 3}}, true}};
  long income = 0;
  for (const Order &order : orders) income += pick(*hall, order); // CALL
  std::printf("income: %ld\n", income);
}
