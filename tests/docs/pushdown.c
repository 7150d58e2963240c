/* Writes docs/pushdown.md from the shippability table: the document is what
 * plans are made from.
 *
 *     build/tests/pushdown_doc >docs/pushdown.md
 */
#include "backends/mysql/shiptable.h"

#include <stdio.h>

static const char beginning[] =
    "# What is asked of the server\n"
    "\n"
    "Made from the table that plans are made from "
    "(`backends/mysql/shiptable.c`)"
    "; a test\nsees to it that the two agree.\n"
    "\n"
    "MySQL and SQLite compare differently: by collation and padding, with zero "
    "dates, by\nrounding 2.5 to an integer. So a comparison is asked of the "
    "server only in a form that\nfinds every row that SQLite wants:\n"
    "\n"
    "* **exact**: those rows and no others, but for values of an odd kind\n"
    "* **superset**: others too, which SQLite sorts out\n"
    "* **local**: the server is not asked; SQLite compares\n"
    "\n"
    "`SELECT * FROM entable_explain('SELECT …')` tells it of a statement of "
    "yours.\n"
    "\n";

static const char ending[] =
    "\n"
    "A comparison under another collation than BINARY is SQLite's, and so are "
    "LIKE and GLOB\nwhere the program has put functions of its own behind "
    "them. "
    "A list of more than some\n60 000 values is compared here. ORDER BY is "
    "asked where an index begins with its first\ncolumn, or where LIMIT is "
    "known "
    "to hold. A text that a column's charset cannot hold finds\nnothing and is "
    "no error. DISTINCT is asked, of texts as bytes, where no column is "
    "read\nbut those that make rows distinct, no rowid, and no RIGHT or FULL "
    "JOIN stands there. NOT IN,\nNOT LIKE, functions and expressions of "
    "columns "
    "are SQLite's.\n"
    "\n"
    "Some versions of SQLite (3.40 is one; it is tried out) offer `<>`, IS "
    "NOT, "
    "IS NOT NULL, LIKE\nand GLOB of an outer join's ON as if they stood in "
    "WHERE. There they are not asked where\nthe statement, or a view or "
    "trigger "
    "that it names, has one of the words LEFT, RIGHT, FULL,\nOUTER.\n"
    "\n"
    "SQLite does not tell by which collation an IN compares, and it makes one "
    "of\n"
    "`x = 'a' OR x = 'b' COLLATE NOCASE`, too. So a text is not looked up in a "
    "list where the\n"
    "statement, or a view, trigger or table that it names, has COLLATE (but "
    "BINARY, or in ORDER\n"
    "BY) beside an OR, or in a statement with a subquery; nor is it compared "
    "with a column of a\n"
    "view or subquery that has a COLLATE, beside an OR. SQLite itself compares "
    "the parts of\n"
    "`(x, y) IN (SELECT v, w …)` wrongly in virtual tables, so a text there is "
    "not asked for by\n"
    "a number or under a COLLATE. Such a statement is planned anew as it "
    "begins. Where that is\n"
    "too late, since it has given a row, or another one that reads the table "
    "is open, SQLite\n"
    "compares the list, and the row value is an error that says what to "
    "write.\n";

static void write_row(ent_ship_class class) {
  printf("| %s |", ent_ship_class_name(class));
  for (int wish = 0; wish < ENT_N_WISHES; wish++) {
    ent_ship_entry entry = ent_ship_entry_of(class, (ent_ship_wish)wish);

    printf(" %s |", ent_ship_answer_name(entry.answer));
  }
  putchar('\n');
}

static void write_matrix(void) {
  printf("| column |");
  for (int wish = 0; wish < ENT_N_WISHES; wish++)
    printf(" `%s` |", ent_ship_wish_name((ent_ship_wish)wish));
  printf("\n|---|");
  for (int wish = 0; wish < ENT_N_WISHES; wish++)
    printf("---|");
  putchar('\n');
  for (int class = 0; class < ENT_N_CLASSES; class ++)
    write_row((ent_ship_class) class);
}

static void write_reasons(ent_ship_class class) {
  printf("\n**%s**\n\n", ent_ship_class_name(class));
  for (int wish = 0; wish < ENT_N_WISHES; wish++) {
    ent_ship_entry entry = ent_ship_entry_of(class, (ent_ship_wish)wish);

    if (!entry.reason) continue;
    printf("* `%s` %s: %s\n", ent_ship_wish_name((ent_ship_wish)wish),
           ent_ship_answer_name(entry.answer), entry.reason);
  }
}

int main(void) {
  fputs(beginning, stdout);
  write_matrix();
  fputs(ending, stdout);
  printf("\n## Why\n");
  for (int class = 0; class < ENT_N_CLASSES; class ++)
    write_reasons((ent_ship_class) class);
  return 0;
}
