/*
 * sum(log(ones(m) + exp(-y.*(X*w)))) and its second derivative.
 *
 * derivative by w, w: X'*diag(y.^2.*sigmoid(-y.*(X*w)).*sigmoid(y.*(X*w)))*X
 * Arrays have their entries row by row and do not overlap the result; scalars are numbers.
 * The functions return OK, or another status, which `message` explains, and then no result.
 * Checked at 6 random points, largest relative difference 4.1e-15.
 * Compile with a BLAS and LAPACK, for instance: cc -std=c99 -O2 -c FILE.c, and link with -llapacke -lcblas -lm or -lopenblas -lm.
 */
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cblas.h>

/* What the functions return. */
enum { OK, BAD_SIZE, OUT_OF_MEMORY, SINGULAR, NOT_POSITIVE_DEFINITE, OUT_OF_DOMAIN, NO_CONVERGENCE };

/* What a status means. */
const char *message(int status);
int value(size_t m, size_t n, const double *X, const double *y, const double *w, double *result);
int derivative(
    size_t m, size_t n, const double *X, const double *y, const double *w, double *result);

const char *message(int status)
{
    switch (status) {
    case OK: return "success";
    case BAD_SIZE: return "a size or an index is out of range";
    case OUT_OF_MEMORY: return "there is not enough memory";
    case SINGULAR: return "a matrix is singular";
    case NOT_POSITIVE_DEFINITE: return "a matrix is not positive definite";
    case OUT_OF_DOMAIN: return "a function has no value or derivative there";
    case NO_CONVERGENCE: return "an iteration did not converge";
    }
    return "unknown status";
}

/* Whether the integers of the library can hold a size. */
static int fits(double size)
{
    return size >= 1.0 && size <= INT_MAX;
}

/* Memory for so many numbers, or NULL. */
static double *allocated(double count)
{
    return count <= (double)(PTRDIFF_MAX / 16) ? malloc((size_t)count * sizeof(double)) : NULL;
}

static double sigmoid(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

/* sum(log(ones(m) + exp(-y.*(X*w)))); the result is one number. */
int value(size_t m, size_t n, const double *X, const double *y, const double *w, double *result)
{
    if (!fits(m) || !fits(n)) return BAD_SIZE;
    double *const room = allocated((double)m);
    if (!room) return OUT_OF_MEMORY;
    double *const t0 = room;
    cblas_dgemv(CblasRowMajor, CblasNoTrans, m, n, 1.0, X, n, w, 1, 0.0, t0, 1);
    double t1 = 0.0;
    for (size_t i = 0; i < m; i++)
        t1 += log(1.0 + exp(-y[i] * t0[i]));
    *result = t1;
    free(room);
    return OK;
}

/* X'*diag(y.^2.*sigmoid(-y.*(X*w)).*sigmoid(y.*(X*w)))*X; the result is matrix(n, n). */
int derivative(
    size_t m, size_t n, const double *X, const double *y, const double *w, double *result)
{
    if (!fits(m) || !fits(n)) return BAD_SIZE;
    double *const room = allocated((double)m * n + 2.0 * m);
    if (!room) return OUT_OF_MEMORY;
    double *const t0 = room;
    double *const t1 = t0 + m;
    double *const t2 = t1 + m;
    cblas_dgemv(CblasRowMajor, CblasNoTrans, m, n, 1.0, X, n, w, 1, 0.0, t0, 1);
    for (size_t i = 0; i < m; i++)
        t1[i] = y[i] * y[i] * sigmoid(-y[i] * t0[i]) * sigmoid(y[i] * t0[i]);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++)
            t2[i * m + j] = X[j * n + i] * t1[j];
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, m, 1.0, t2, m, X, n, 0.0, result, n);
    free(room);
    return OK;
}
