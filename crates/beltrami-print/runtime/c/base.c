/*
 * Functions that programs in C bring with them; each uses those above it alone.
 *
 * A program takes over the functions it uses, from the line that names one to the next such line, and writes the head below with
 * the headers it needs.
 */
#include <cblas.h>
#include <float.h>
#include <lapacke.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"

// helper fits
/* Whether the integers of the library can hold a size. */
static int fits(double size)
{
    return size >= 1.0 && size <= INT_MAX;
}

// helper allocated
/* Memory for so many numbers, or NULL. */
static double *allocated(double count)
{
    return count <= (double)(PTRDIFF_MAX / 16) ? malloc((size_t)count * sizeof(double)) : NULL;
}

// helper larger
static double larger(double a, double b)
{
    return a > b || isnan(a) ? a : b;
}

// helper smaller
static double smaller(double a, double b)
{
    return a < b || isnan(a) ? a : b;
}

// helper exceeds
/* 1 when a > b, 1/2 when both are equal, else 0. */
static double exceeds(double a, double b)
{
    return a > b ? 1.0 : a == b ? 0.5 : 0.0;
}

// helper sign
static double sign(double x)
{
    return isnan(x) ? x : (double)((x > 0.0) - (x < 0.0));
}

// helper step
static double step(double x)
{
    return x > 0.0 ? 1.0 : 0.0;
}

// helper relu
static double relu(double x)
{
    return x < 0.0 ? 0.0 : x;
}

// helper leaky_relu
static double leaky_relu(double x)
{
    return x > 0.0 ? x : 0.01 * x;
}

// helper sigmoid
static double sigmoid(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

// helper softplus
static double softplus(double x)
{
    return relu(x) + log1p(exp(-fabs(x)));
}

// helper gelu
static double gelu(double x)
{
    return 0.5 * x * erfc(-x * sqrt(0.5));
}

// helper lapack
/* The status of a call of LAPACK. */
static int lapack(lapack_int info, int failure)
{
    return info == 0 ? OK : info > 0 ? failure : OUT_OF_MEMORY;
}

// helper lu
/* Triangular factors of an invertible matrix in its place, and after them the permutation. */
static int lu(size_t n, double *a)
{
    return lapack(LAPACKE_dgetrf(LAPACK_ROW_MAJOR, n, n, a, n, (lapack_int *)(a + n * n)), SINGULAR);
}

// helper lu_solve
/* The solution of equations with a factorised matrix, or its transpose, in the place of the right-hand side. */
static int lu_solve(size_t n, const double *factors, char trans, size_t k, double *b)
{
    const lapack_int *places = (const lapack_int *)(factors + n * n);
    return lapack(LAPACKE_dgetrs(LAPACK_ROW_MAJOR, trans, n, k, factors, n, places, b, k), SINGULAR);
}

// helper log_abs_det
/* The logarithm of the absolute value of the determinant. */
static double log_abs_det(size_t n, const double *factors)
{
    double total = 0.0;
    for (size_t i = 0; i < n; i++)
        total += log(fabs(factors[i * n + i]));
    return total;
}

// helper log_abs_determinant
/* The logarithm of the absolute value of the determinant of a matrix. */
static int log_abs_determinant(size_t n, const double *a, double *result)
{
    double *factors = allocated((double)n * n + n);
    if (!factors) return OUT_OF_MEMORY;
    memcpy(factors, a, n * n * sizeof(double));
    int status = lu(n, factors);
    if (status == OK) *result = log_abs_det(n, factors);
    free(factors);
    return status;
}

// helper determinant_sign
/* The sign of the determinant of a matrix. */
static int determinant_sign(size_t n, const double *a, double *result)
{
    double *factors = allocated((double)n * n + n);
    if (!factors) return OUT_OF_MEMORY;
    memcpy(factors, a, n * n * sizeof(double));
    int status = lu(n, factors);
    if (status == OK || status == SINGULAR) {
        const lapack_int *places = (const lapack_int *)(factors + n * n);
        double parity = 1.0;
        for (size_t i = 0; i < n; i++) {
            double pivot = factors[i * n + i];
            if (places[i] != (lapack_int)(i + 1)) parity = -parity;
            parity *= (pivot > 0.0) - (pivot < 0.0);
        }
        *result = parity;
        status = OK;
    }
    free(factors);
    return status;
}

// helper determinant
static int determinant(size_t n, const double *a, double *result)
{
    double *factors = allocated((double)n * n + n);
    if (!factors) return OUT_OF_MEMORY;
    memcpy(factors, a, n * n * sizeof(double));
    int status = lu(n, factors);
    if (status == OK || status == SINGULAR) {
        const lapack_int *places = (const lapack_int *)(factors + n * n);
        double product = 1.0;
        for (size_t i = 0; i < n; i++)
            product *= places[i] == (lapack_int)(i + 1) ? factors[i * n + i] : -factors[i * n + i];
        *result = product;
        status = OK;
    }
    free(factors);
    return status;
}

// helper cholesky
/* The Cholesky factor of a positive definite matrix in its place. */
static int cholesky(size_t n, double *a)
{
    return lapack(LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', n, a, n), NOT_POSITIVE_DEFINITE);
}

// helper cholesky_solve
/* The solution of equations with a Cholesky factor in the place of the right-hand side. */
static int cholesky_solve(size_t n, const double *factor, size_t k, double *b)
{
    return lapack(LAPACKE_dpotrs(LAPACK_ROW_MAJOR, 'L', n, k, factor, n, b, k), SINGULAR);
}

// helper log_det
/* The logarithm of the determinant of a positive definite matrix. */
static double log_det(size_t n, const double *factor)
{
    double total = 0.0;
    for (size_t i = 0; i < n; i++)
        total += log(factor[i * n + i]);
    return 2.0 * total;
}

// helper triangular_solve
/* The solution of equations with a triangle of a matrix, or its transpose, in the place of the right-hand side. */
static int triangular_solve(
    size_t n, const double *a, CBLAS_UPLO triangle, CBLAS_TRANSPOSE trans, size_t k, double *b)
{
    for (size_t i = 0; i < n; i++)
        if (a[i * n + i] == 0.0) return SINGULAR;
    cblas_dtrsm(CblasRowMajor, CblasLeft, triangle, trans, CblasNonUnit, n, k, 1.0, a, n, b, k);
    return OK;
}

// helper multiply
static void multiply(size_t n, const double *a, const double *b, double *result)
{
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0, a, n, b, n, 0.0, result, n);
}

// helper power
/* A power of a square matrix, by repeated squaring. */
static int power(size_t n, const double *a, unsigned exponent, double *result)
{
    double *room = allocated(2.0 * n * n);
    if (!room) return OUT_OF_MEMORY;
    double *base = room, *product = room + n * n;
    memcpy(base, a, n * n * sizeof(double));
    for (size_t i = 0; i < n * n; i++)
        result[i] = i % (n + 1) == 0 ? 1.0 : 0.0;
    for (; exponent > 0; exponent /= 2) {
        if (exponent % 2) {
            multiply(n, result, base, product);
            memcpy(result, product, n * n * sizeof(double));
        }
        multiply(n, base, base, product);
        memcpy(base, product, n * n * sizeof(double));
    }
    free(room);
    return OK;
}

// helper svd
/* The thin singular value decomposition; k is the smaller of m and n. */
static int svd(size_t m, size_t n, const double *a, double *u, double *s, double *vt)
{
    size_t k = m < n ? m : n;
    double *copy = allocated((double)m * n);
    if (!copy) return OUT_OF_MEMORY;
    memcpy(copy, a, m * n * sizeof(double));
    int status = lapack(LAPACKE_dgesdd(LAPACK_ROW_MAJOR, 'S', m, n, copy, n, s, u, k, vt, n), NO_CONVERGENCE);
    free(copy);
    return status;
}

// helper singular_values
/* Singular values, descending. */
static int singular_values(size_t m, size_t n, const double *a, double *result)
{
    double none;
    double *copy = allocated((double)m * n);
    if (!copy) return OUT_OF_MEMORY;
    memcpy(copy, a, m * n * sizeof(double));
    int status = lapack(LAPACKE_dgesdd(LAPACK_ROW_MAJOR, 'N', m, n, copy, n, result, &none, 1, &none, n), NO_CONVERGENCE);
    free(copy);
    return status;
}

// helper nuclear_norm
static int nuclear_norm(size_t m, size_t n, const double *a, double *result)
{
    size_t k = m < n ? m : n;
    double *s = allocated((double)k);
    if (!s) return OUT_OF_MEMORY;
    int status = singular_values(m, n, a, s);
    *result = 0.0;
    for (size_t i = 0; status == OK && i < k; i++)
        *result += s[i];
    free(s);
    return status;
}

// helper spectral_norm
static int spectral_norm(size_t m, size_t n, const double *a, double *result)
{
    double *s = allocated((double)(m < n ? m : n));
    if (!s) return OUT_OF_MEMORY;
    int status = singular_values(m, n, a, s);
    if (status == OK) *result = s[0];
    free(s);
    return status;
}

// helper rescaled
/* What singular values become: ones, the first alone, reciprocals, or products of the others. */
enum scaling { ONES, FIRST, RECIPROCALS, OTHERS };

/* U * diag(scaled s) * Vt. */
static int rescaled(size_t m, size_t n, const double *a, enum scaling scaling, double *result)
{
    size_t k = m < n ? m : n;
    double *room = allocated((double)m * k + 2.0 * k + (double)k * n);
    if (!room) return OUT_OF_MEMORY;
    double *u = room, *s = u + m * k, *scaled = s + k, *vt = scaled + k;
    int status = svd(m, n, a, u, s, vt);
    for (size_t i = 0; status == OK && i < k; i++) {
        double least = s[0] * DBL_EPSILON * (m > n ? m : n);
        scaled[i] = scaling == FIRST ? i == 0 : 1.0;
        if (scaling == RECIPROCALS) scaled[i] = s[i] > least ? 1.0 / s[i] : 0.0;
        for (size_t j = 0; scaling == OTHERS && j < k; j++)
            if (j != i) scaled[i] *= s[j];
        cblas_dscal(n, scaled[i], vt + i * n, 1);
    }
    if (status == OK)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1.0, u, k, vt, n, 0.0, result, n);
    free(room);
    return status;
}

// helper polar_factor
/* U * Vt of the thin singular value decomposition. */
static int polar_factor(size_t m, size_t n, const double *a, double *result)
{
    return rescaled(m, n, a, ONES, result);
}

// helper top_dyad
/* The outer product of the leading singular vectors. */
static int top_dyad(size_t m, size_t n, const double *a, double *result)
{
    return rescaled(m, n, a, FIRST, result);
}

// helper transposed
/* The transpose of a matrix of m rows and n columns. */
static void transposed(size_t m, size_t n, const double *a, double *result)
{
    for (size_t i = 0; i < m; i++)
        cblas_dcopy(n, a + i * n, 1, result + i, m);
}

// helper pseudoinverse
/* The pseudoinverse; singular values of the size of rounding errors are zero. */
static int pseudoinverse(size_t m, size_t n, const double *a, double *result)
{
    double *scaled = allocated((double)m * n);
    if (!scaled) return OUT_OF_MEMORY;
    int status = rescaled(m, n, a, RECIPROCALS, scaled);
    if (status == OK) transposed(m, n, scaled, result);
    free(scaled);
    return status;
}

// helper adjugate
/* The adjugate through singular values, also of a singular matrix. */
static int adjugate(size_t n, const double *a, double *result)
{
    double *room = allocated(2.0 * n * n);
    double det;
    if (!room) return OUT_OF_MEMORY;
    double *scaled = room, *polar = room + n * n;
    int status = rescaled(n, n, a, OTHERS, scaled);
    if (status == OK) status = rescaled(n, n, a, ONES, polar);
    if (status == OK) status = determinant(n, polar, &det);
    if (status == OK) {
        transposed(n, n, scaled, result);
        cblas_dscal(n * n, det, result, 1);
    }
    free(room);
    return status;
}

// helper eigen
/* Eigenvalues of a symmetric matrix, ascending, and their vectors as columns. */
static int eigen(size_t n, const double *a, double *values, double *vectors)
{
    memcpy(vectors, a, n * n * sizeof(double));
    return lapack(LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'L', n, vectors, n, values), NO_CONVERGENCE);
}

// helper largest_eigenvalue
static int largest_eigenvalue(size_t n, const double *a, double *result)
{
    double *room = allocated((double)n * n + n);
    if (!room) return OUT_OF_MEMORY;
    int status = eigen(n, a, room, room + n);
    if (status == OK) *result = room[n - 1];
    free(room);
    return status;
}

// helper top_eigenvector
/* The unit eigenvector of the largest eigenvalue, its entry of largest magnitude positive. */
static int top_eigenvector(size_t n, const double *a, double *result)
{
    double *room = allocated((double)n * n + n);
    if (!room) return OUT_OF_MEMORY;
    int status = eigen(n, a, room, room + n);
    if (status == OK) {
        const double *column = room + n + (n - 1);
        double top = column[n * cblas_idamax(n, column, n)];
        for (size_t i = 0; i < n; i++)
            result[i] = top < 0.0 ? -column[i * n] : column[i * n];
    }
    free(room);
    return status;
}

// helper inverse_root
/* The inverse root of a symmetric positive definite matrix. */
static int inverse_root(size_t n, const double *a, double p, double *result)
{
    double *room = allocated(2.0 * n * n + n);
    if (!room) return OUT_OF_MEMORY;
    double *values = room, *basis = values + n, *scaled = basis + n * n;
    int status = eigen(n, a, values, basis);
    if (status == OK && values[0] <= 0.0) status = NOT_POSITIVE_DEFINITE;
    if (status == OK) {
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                scaled[i * n + j] = basis[i * n + j] * pow(values[j], -1.0 / p);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, n, n, 1.0, scaled, n, basis, n, 0.0, result, n);
    }
    free(room);
    return status;
}
