// A shop's program on SQLite, which traps deep inside of it: a query calls a function of the program, which makes a query of its
// own, whose sorter compares with a collation of the program, which does not expect what one row holds.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sqlite3.h"

// src/test_demovfs.c of SQLite: files with nothing but open, read, write.
sqlite3_vfs *sqlite3_demovfs(void);
int sqlite3_os_init(void) { return sqlite3_vfs_register(sqlite3_demovfs(), 1); }
int sqlite3_os_end(void) { return SQLITE_OK; }

struct shop {
  sqlite3 *database;
  int comparisons;
  double total;
};

struct size {
  char name;
  int rank;
};
static const struct size sizes[] = {{'S', 1}, {'M', 2}, {'L', 3}};
#define NO_SIZE ((const struct size *)-16)

static const struct size *find_size(const char *text) {
  for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++)
    if (sizes[i].name == text[0]) return &sizes[i];
  return NO_SIZE;
}

static int compare_sizes(void *context, int left_length, const void *left, int right_length, const void *right) {
  struct shop *shop = context;
  shop->comparisons++;
  if (left_length == 0 || right_length == 0) return left_length - right_length;
  // Does not ask for NO_SIZE, which is an address far beyond the memory.
  return find_size(left)->rank - find_size(right)->rank;
}

static int print_row(void *context, int count, char **values, char **names) {
  (void)context;
  for (int i = 0; i < count; i++) printf("%s%s=%s", i ? " " : "", names[i], values[i] ? values[i] : "NULL");
  printf("\n");
  return 0;
}

static void run(sqlite3 *database, const char *sql) {
  char *message = NULL;
  if (sqlite3_exec(database, sql, print_row, NULL, &message) != SQLITE_OK) {
    fprintf(stderr, "%s: %s\n", sql, message ? message : sqlite3_errmsg(database));
    exit(1);
  }
}

// offer(customer): the sizes of a customer's items, the smallest first.
static void offer(sqlite3_context *context, int count, sqlite3_value **arguments) {
  (void)count;
  struct shop *shop = sqlite3_user_data(context);
  sqlite3_stmt *statement;
  char sizes_of_items[256] = "";
  if (sqlite3_prepare_v2(
        shop->database, "SELECT size, price FROM items WHERE customer = ?1 ORDER BY size COLLATE sizes", -1, &statement, NULL)
      != SQLITE_OK) {
    sqlite3_result_error(context, sqlite3_errmsg(shop->database), -1);
    return;
  }
  sqlite3_bind_int64(statement, 1, sqlite3_value_int64(arguments[0]));
  while (sqlite3_step(statement) == SQLITE_ROW) {
    shop->total += sqlite3_column_double(statement, 1);
    strncat(sizes_of_items, (const char *)sqlite3_column_text(statement, 0), 1);
  }
  sqlite3_finalize(statement);
  sqlite3_result_text(context, sizes_of_items, -1, SQLITE_TRANSIENT);
}

int main(void) {
  struct shop shop = {0};
  if (sqlite3_open(":memory:", &shop.database) != SQLITE_OK) return 1;
  sqlite3_create_function(shop.database, "offer", 1, SQLITE_UTF8, &shop, offer, NULL, NULL);
  sqlite3_create_collation(shop.database, "sizes", SQLITE_UTF8, &shop, compare_sizes);
  run(shop.database,
    "CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT UNIQUE, city TEXT);"
    "CREATE TABLE items(id INTEGER PRIMARY KEY, customer REFERENCES customers(id), size TEXT, price REAL, details JSON);"
    "CREATE INDEX items_of ON items(customer, price);"
    "CREATE TABLE offers(customer, sizes);"
    "CREATE TRIGGER new_customer AFTER INSERT ON customers BEGIN"
    "  INSERT INTO offers SELECT new.id, offer(new.id); END;"
    "CREATE VIRTUAL TABLE search USING fts5(name, city);");
  run(shop.database,
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
    " INSERT INTO items(customer, size, price, details)"
    " SELECT i % 9, substr('SML', i % 3 + 1, 1), i * 1.25, json_object('weight', i, 'tags', json_array('new', i % 7)) FROM n;"
    "UPDATE items SET size = 'x-large' WHERE id = 151;"
    "INSERT INTO search VALUES ('Ada', 'London'), ('Grace', 'New York'), ('Edsger', 'Rotterdam');");
  run(shop.database,
    "SELECT name, highlight(search, 1, '[', ']') AS city FROM search WHERE search MATCH 'london OR york' ORDER BY rank;"
    "SELECT count(*), round(avg(price), 2) AS price, sum(json_extract(details, '$.weight')) AS weight FROM items"
    " WHERE price > 100 GROUP BY size HAVING count(*) > 10 ORDER BY 2 DESC;"
    "SELECT id, sum(price) OVER (PARTITION BY size ORDER BY id ROWS 3 PRECEDING) AS sum FROM items LIMIT 3;");
  run(shop.database,
    "INSERT INTO customers(id, name, city) VALUES (1, 'Ada', 'London'), (5, 'Grace', 'New York');"
    "SELECT * FROM offers;");
  // Customer 7 has item 151.
  run(shop.database, "INSERT INTO customers(id, name, city) SELECT 7, upper('edsger'), 'Rotterdam';");
  printf("total %.2f after %d comparisons\n", shop.total, shop.comparisons);
  return 0;
}
