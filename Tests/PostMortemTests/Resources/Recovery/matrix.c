// Matrices of doubles: products, elimination with pivots, powers. Ends behind the memory.
#include <stdlib.h>
#include <string.h>

struct matrix {
  int rows, columns;
  double *cells;
};

static double *at(const struct matrix *matrix, int row, int column) {
  return &matrix->cells[row * matrix->columns + column];
}

static struct matrix make(int rows, int columns) {
  struct matrix matrix = {rows, columns, calloc((size_t)(rows * columns), sizeof(double))};
  return matrix;
}

static struct matrix product(const struct matrix *left, const struct matrix *right) {
  struct matrix result = make(left->rows, right->columns);
  for (int i = 0; i < left->rows; i++)
    for (int j = 0; j < right->columns; j++) {
      double sum = 0;
      for (int k = 0; k < left->columns; k++) sum += *at(left, i, k) * *at(right, k, j);
      *at(&result, i, j) = sum;
    }
  return result;
}

static double determinant(struct matrix matrix) {
  double result = 1;
  for (int column = 0; column < matrix.columns; column++) {
    int pivot = column;
    for (int row = column + 1; row < matrix.rows; row++)
      if (__builtin_fabs(*at(&matrix, row, column)) > __builtin_fabs(*at(&matrix, pivot, column))) pivot = row;
    double head = *at(&matrix, pivot, column);
    if (head == 0) return 0;
    if (pivot != column) {
      for (int k = 0; k < matrix.columns; k++) {
        double kept = *at(&matrix, pivot, k);
        *at(&matrix, pivot, k) = *at(&matrix, column, k);
        *at(&matrix, column, k) = kept;
      }
      result = -result;
    }
    result *= head;
    for (int row = column + 1; row < matrix.rows; row++) {
      double factor = *at(&matrix, row, column) / head;
      for (int k = column; k < matrix.columns; k++) *at(&matrix, row, k) -= factor * *at(&matrix, column, k);
    }
  }
  return result;
}

static struct matrix power(struct matrix base, unsigned exponent) {
  struct matrix result = make(base.rows, base.columns);
  for (int i = 0; i < base.rows; i++) *at(&result, i, i) = 1;
  for (; exponent; exponent >>= 1) {
    if (exponent & 1) {
      struct matrix next = product(&result, &base);
      free(result.cells);
      result = next;
    }
    struct matrix square = product(&base, &base);
    free(base.cells);
    base = square;
  }
  return result;
}

static float trace(const struct matrix *matrix, int step) {
  float sum = 0;
  for (int i = 0; i < matrix->rows; i++) sum += (float)*at(matrix, i, i * step);
  return sum;
}

int main(void) {
  struct matrix matrix = make(9, 9);
  for (int i = 0; i < 81; i++) matrix.cells[i] = (i * 37 % 19 - 9) / 16.0;
  struct matrix copy = make(9, 9);
  memcpy(copy.cells, matrix.cells, 81 * sizeof(double));
  double first = determinant(copy);
  struct matrix high = power(matrix, 13);
  float second = trace(&high, 1);
  return (int)(first + second + trace(&high, 123456789));
}
