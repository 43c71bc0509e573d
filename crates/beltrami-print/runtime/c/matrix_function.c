/* Exponentials, roots and logarithms of matrices; each uses those above it, and those of base.c. */

// helper expm
/* The exponential of a matrix by scaling, an approximant of degree 13, and squaring (Higham 2005, Algorithm 2.3). */
static int expm(size_t n, const double *a, double *result)
{
    static const double B[] = {
        64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0, 129060195264000.0,
        10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0, 40840800.0, 960960.0, 16380.0, 182.0, 1.0};
    const size_t count = n * n;
    double norm = 0.0;
    for (size_t j = 0; j < n; j++)
        norm = larger(norm, cblas_dasum(n, a + j, n));
    if (!isfinite(norm)) return NO_CONVERGENCE;
    const int squarings = norm > 5.371920351148152 ? (int)ceil(log2(norm / 5.371920351148152)) : 0;
    double *room = allocated(8.0 * count + n);
    if (!room) return OUT_OF_MEMORY;
    double *a1 = room, *a2 = a1 + count, *a4 = a2 + count, *a6 = a4 + count;
    double *high = a6 + count, *u = high + count, *v = u + count;
    memcpy(a1, a, count * sizeof(double));
    cblas_dscal(count, ldexp(1.0, -squarings), a1, 1);
    multiply(n, a1, a1, a2);
    multiply(n, a2, a2, a4);
    multiply(n, a4, a2, a6);
    for (int odd = 1; odd >= 0; odd--) {
        double *low = odd ? u : result;
        for (size_t i = 0; i < count; i++) {
            high[i] = B[12 + odd] * a6[i] + B[10 + odd] * a4[i] + B[8 + odd] * a2[i];
        }
        multiply(n, a6, high, low);
        for (size_t i = 0; i < count; i++) {
            double one = i % (n + 1) == 0 ? B[odd] : 0.0;
            low[i] += B[6 + odd] * a6[i] + B[4 + odd] * a4[i] + B[2 + odd] * a2[i] + one;
        }
    }
    multiply(n, a1, u, high);
    for (size_t i = 0; i < count; i++) {
        v[i] = result[i] - high[i];
        result[i] += high[i];
    }
    int status = lu(n, v);
    if (status == OK) status = lu_solve(n, v, 'N', n, result);
    for (int k = 0; status == OK && k < squarings; k++) {
        multiply(n, result, result, high);
        memcpy(result, high, count * sizeof(double));
    }
    free(room);
    return status;
}

// helper along_each
/* A derivative along matrices of the shape of another one; `with` is what else it needs. */
typedef int derivative_along(
    size_t m, size_t n, const double *a, const double *with, unsigned order, const double **steps, double *result);

/*
 * A derivative along directions: with columns each of them is a stacked matrix, and no direction stands for all unit matrices; the
 * result then has a stacked matrix in each column.
 */
static int along_each(
    derivative_along *derivative, size_t m, size_t n, const double *a, const double *with, unsigned order,
    const double *const *directions, const size_t *columns, double *result)
{
    enum { MOST = 16 };
    const size_t units = m * n;
    const unsigned used = order > 0 ? order : 1;
    const double *steps[MOST];
    size_t total = order > 0 ? 1 : units;
    int single = order > 0;
    if (order > MOST) return BAD_SIZE;
    for (unsigned k = 0; k < order; k++) {
        steps[k] = directions[k];
        single = single && columns[k] == 0;
        total *= columns[k] > 0 ? columns[k] : 1;
    }
    if (single) return derivative(m, n, a, with, order, steps, result);
    double *room = allocated((used + 1.0) * units);
    if (!room) return OUT_OF_MEMORY;
    double *value = room + used * units;
    int status = OK;
    for (size_t choice = 0; status == OK && choice < total; choice++) {
        size_t rest = choice;
        for (unsigned k = used; k-- > 0;) {
            const size_t count = order > 0 ? columns[k] : units;
            if (count == 0) continue;
            for (size_t at = 0; at < units; at++)
                room[k * units + at % m * n + at / m] = order > 0 ? directions[k][at * count + rest % count] : at == rest % count;
            rest /= count;
            steps[k] = room + k * units;
        }
        status = derivative(m, n, a, with, used, steps, value);
        for (size_t at = 0; at < units; at++)
            result[at * total + choice] = value[at % m * n + at / m];
    }
    free(room);
    return status;
}

// helper of_blocks
/* A function of a matrix, and of the number that `with` points to if it needs one. */
typedef int matrix_function(size_t n, const double *a, const double *with, double *result);

/*
 * The derivative of a function along matrices, the last block in the first row of that of blocks of blocks: a block for every two
 * sets of directions, which is A where they are equal, and the direction that the second has more (Higham and Relton 2014).
 */
static int of_blocks(
    matrix_function *function, size_t n, const double *a, const double *with, unsigned order, const double **steps,
    double *result)
{
    const size_t side = n << order;
    if (!fits((double)side * side)) return BAD_SIZE;
    double *room = allocated(2.0 * side * side);
    if (!room) return OUT_OF_MEMORY;
    double *big = room, *value = room + side * side;
    memset(big, 0, side * side * sizeof(double));
    for (size_t i = 0; i < side; i++) {
        const size_t set = i / n, row = i % n * n;
        memcpy(big + i * side + set * n, a + row, n * sizeof(double));
        for (unsigned k = 0; k < order; k++)
            if ((set >> k & 1) == 0)
                memcpy(big + i * side + (set + ((size_t)1 << k)) * n, steps[k] + row, n * sizeof(double));
    }
    int status = function(side, big, with, value);
    for (size_t i = 0; status == OK && i < n; i++)
        memcpy(result + i * n, value + i * side + side - n, n * sizeof(double));
    free(room);
    return status;
}

// helper solved_identity
/* The matrix that another one, factored in its place and followed by room for n numbers, maps to the identity. */
static int solved_identity(size_t n, double *a, double *result)
{
    for (size_t i = 0; i < n * n; i++)
        result[i] = i % (n + 1) == 0;
    int status = lu(n, a);
    return status == OK ? lu_solve(n, a, 'N', n, result) : status;
}

// helper sqrtm
/* The principal square root by scaled products of Denman and Beavers (Higham 2008, Equation 6.29). */
static int sqrtm(size_t n, const double *a, double *result)
{
    const size_t count = n * n;
    double *room = allocated(4.0 * count + n);
    if (!room) return OUT_OF_MEMORY;
    double *m = room, *reciprocal = m + count, *next = reciprocal + count, *factors = next + count;
    int status = OK, far = 1, near = 0;
    memcpy(m, a, count * sizeof(double));
    memcpy(result, a, count * sizeof(double));
    for (int k = 0; status == OK && !near && k < 100; k++) {
        double square = 0.0, scale;
        for (size_t i = 0; i < count; i++) {
            double off = m[i] - (i % (n + 1) == 0);
            square += off * off;
        }
        near = square < DBL_EPSILON;
        far = far && square > 0.01;
        if (far && (status = log_abs_determinant(n, m, &scale)) == OK) {
            scale = exp(-scale / (2.0 * n));
            cblas_dscal(count, scale, result, 1);
            cblas_dscal(count, scale * scale, m, 1);
        }
        memcpy(factors, m, count * sizeof(double));
        if (status == OK) status = solved_identity(n, factors, reciprocal);
        multiply(n, result, reciprocal, next);
        for (size_t i = 0; i < count; i++) {
            result[i] = 0.5 * (result[i] + next[i]);
            m[i] = 0.25 * (m[i] + reciprocal[i]) + 0.5 * (i % (n + 1) == 0);
        }
    }
    free(room);
    return status == OK && !near ? NO_CONVERGENCE : status;
}

// helper logm
/*
 * The principal logarithm: square roots until near the identity, then Gauss and Legendre's formula for the integral of
 * x/(1 + t*x) (Higham 2008, Equation 11.18).
 */
static int logm(size_t n, const double *a, double *result)
{
    static const double PLACES[] = {0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363};
    static const double WEIGHTS[] = {0.362683783378362, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763};
    const size_t count = n * n;
    double *room = allocated(4.0 * count + n);
    if (!room) return OUT_OF_MEMORY;
    double *x = room, *next = x + count, *solved = next + count, *factors = solved + count;
    int status = OK, roots = 0;
    memcpy(x, a, count * sizeof(double));
    for (; status == OK && roots < 100; roots++) {
        double square = 0.0;
        for (size_t i = 0; i < count; i++) {
            double off = x[i] - (i % (n + 1) == 0);
            square += off * off;
        }
        if (square <= 0.0625) break;
        status = sqrtm(n, x, next);
        memcpy(x, next, count * sizeof(double));
    }
    for (size_t i = 0; i < count; i++) {
        x[i] -= i % (n + 1) == 0;
        result[i] = 0.0;
    }
    for (int k = 0; status == OK && k < 8; k++) {
        double t = 0.5 + (k % 2 == 0 ? -0.5 : 0.5) * PLACES[k / 2];
        for (size_t i = 0; i < count; i++)
            factors[i] = t * x[i] + (i % (n + 1) == 0);
        memcpy(solved, x, count * sizeof(double));
        status = lu(n, factors);
        if (status == OK) status = lu_solve(n, factors, 'N', n, solved);
        cblas_daxpy(count, ldexp(0.5 * WEIGHTS[k / 2], roots), solved, 1, result, 1);
    }
    free(room);
    return status;
}

// helper dsqrtm
static int sqrtm_of(size_t n, const double *a, const double *with, double *result)
{
    (void)with;
    return sqrtm(n, a, result);
}

static int sqrtm_along(
    size_t m, size_t n, const double *a, const double *with, unsigned order, const double **steps, double *result)
{
    (void)m;
    return of_blocks(sqrtm_of, n, a, with, order, steps, result);
}

/* The derivative of the square root along directions. */
static int dsqrtm(
    size_t n, const double *a, unsigned order, const double *const *directions, const size_t *columns, double *result)
{
    return along_each(sqrtm_along, n, n, a, NULL, order, directions, columns, result);
}

// helper dlogm
static int logm_of(size_t n, const double *a, const double *with, double *result)
{
    (void)with;
    return logm(n, a, result);
}

static int logm_along(
    size_t m, size_t n, const double *a, const double *with, unsigned order, const double **steps, double *result)
{
    (void)m;
    return of_blocks(logm_of, n, a, with, order, steps, result);
}

/* The derivative of the logarithm along directions. */
static int dlogm(
    size_t n, const double *a, unsigned order, const double *const *directions, const size_t *columns, double *result)
{
    return along_each(logm_along, n, n, a, NULL, order, directions, columns, result);
}

// helper dexpm
static int expm_of(size_t n, const double *a, const double *with, double *result)
{
    (void)with;
    return expm(n, a, result);
}

static int expm_along(
    size_t m, size_t n, const double *a, const double *with, unsigned order, const double **steps, double *result)
{
    (void)m;
    return of_blocks(expm_of, n, a, with, order, steps, result);
}

/* The derivative of the exponential along directions. */
static int dexpm(
    size_t n, const double *a, unsigned order, const double *const *directions, const size_t *columns, double *result)
{
    return along_each(expm_along, n, n, a, NULL, order, directions, columns, result);
}

// helper quarter_turn
/* A block of [cos(A), -sin(A); sin(A), cos(A)] in the first column, from this row on. */
static int quarter_turn(size_t n, const double *a, size_t row, double *result)
{
    const size_t side = 2 * n;
    if (!fits((double)side * side)) return BAD_SIZE;
    double *room = allocated(2.0 * side * side);
    if (!room) return OUT_OF_MEMORY;
    double *big = room, *value = room + side * side;
    memset(big, 0, side * side * sizeof(double));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            big[i * side + n + j] = -a[i * n + j];
            big[(n + i) * side + j] = a[i * n + j];
        }
    int status = expm(side, big, value);
    for (size_t i = 0; status == OK && i < n; i++)
        memcpy(result + i * n, value + (row + i) * side, n * sizeof(double));
    free(room);
    return status;
}

// helper cosm
/* The cosine of a matrix. */
static int cosm(size_t n, const double *a, double *result)
{
    return quarter_turn(n, a, 0, result);
}

// helper sinm
/* The sine of a matrix. */
static int sinm(size_t n, const double *a, double *result)
{
    return quarter_turn(n, a, n, result);
}

// helper dcosm
static int cosm_of(size_t n, const double *a, const double *with, double *result)
{
    (void)with;
    return cosm(n, a, result);
}

static int cosm_along(
    size_t m, size_t n, const double *a, const double *with, unsigned order, const double **steps, double *result)
{
    (void)m;
    return of_blocks(cosm_of, n, a, with, order, steps, result);
}

/* The derivative of the cosine along directions. */
static int dcosm(
    size_t n, const double *a, unsigned order, const double *const *directions, const size_t *columns, double *result)
{
    return along_each(cosm_along, n, n, a, NULL, order, directions, columns, result);
}

// helper dsinm
static int sinm_of(size_t n, const double *a, const double *with, double *result)
{
    (void)with;
    return sinm(n, a, result);
}

static int sinm_along(
    size_t m, size_t n, const double *a, const double *with, unsigned order, const double **steps, double *result)
{
    (void)m;
    return of_blocks(sinm_of, n, a, with, order, steps, result);
}

/* The derivative of the sine along directions. */
static int dsinm(
    size_t n, const double *a, unsigned order, const double *const *directions, const size_t *columns, double *result)
{
    return along_each(sinm_along, n, n, a, NULL, order, directions, columns, result);
}

// helper principal_root
/* The principal power 1/p. */
static int principal_root(size_t n, const double *a, double p, double *result)
{
    double *room = allocated((double)n * n);
    if (!room) return OUT_OF_MEMORY;
    int status = logm(n, a, room);
    cblas_dscal(n * n, 1.0 / p, room, 1);
    if (status == OK) status = expm(n, room, result);
    free(room);
    return status;
}

// helper root_derivative
static int root_of(size_t n, const double *a, const double *with, double *result)
{
    return principal_root(n, a, *with, result);
}

static int root_along(
    size_t m, size_t n, const double *a, const double *with, unsigned order, const double **steps, double *result)
{
    (void)m;
    return of_blocks(root_of, n, a, with, order, steps, result);
}

/* The derivative of the principal power 1/p along directions. */
static int root_derivative(
    size_t n, const double *a, double p, unsigned order, const double *const *directions, const size_t *columns,
    double *result)
{
    return along_each(root_along, n, n, a, &p, order, directions, columns, result);
}

// helper droot
/* The derivative of the principal root along directions. */
static int droot(
    size_t n, const double *a, double p, unsigned order, const double *const *directions, const size_t *columns,
    double *result)
{
    return root_derivative(n, a, p, order, directions, columns, result);
}

// helper dinvroot
/* The derivative of the inverse root of a symmetric positive definite matrix along directions. */
static int dinvroot(
    size_t n, const double *a, double p, unsigned order, const double *const *directions, const size_t *columns,
    double *result)
{
    double *room = allocated((double)n * n + n);
    if (!room) return OUT_OF_MEMORY;
    int status = eigen(n, a, room, room + n);
    if (status == OK && room[0] <= 0.0) status = NOT_POSITIVE_DEFINITE;
    free(room);
    return status == OK ? root_derivative(n, a, -p, order, directions, columns, result) : status;
}
