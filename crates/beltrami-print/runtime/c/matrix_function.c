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

// helper blocked
/*
 * Blocks of blocks with a matrix on the diagonal and, for every order, one of the unit matrices of a column beside it: functions
 * of them have the mixed derivative in the last block of the first row (Higham 2008, Section 3.2).
 */
static void blocked(size_t n, const double *a, unsigned order, size_t column, double *result)
{
    const size_t units = n * n, blocks = (size_t)1 << order, side = n * blocks;
    memset(result, 0, side * side * sizeof(double));
    for (size_t i = 0; i < side; i++)
        memcpy(result + i * side + i / n * n, a + i % n * n, n * sizeof(double));
    for (unsigned bit = order; bit-- > 0; column /= units) {
        const size_t unit = column % units, shift = (size_t)1 << bit;
        for (size_t block = 0; block < blocks; block++)
            if ((block & shift) == 0)
                result[(block * n + unit % n) * side + (block + shift) * n + unit / n] += 1.0;
    }
}

// helper expm_derivative
/* The matrix K with vec(D) = K*kron(vec(E1), ..., vec(Ek)), D the mixed derivative of the exponential, columns stacked. */
static int expm_derivative(size_t n, const double *a, unsigned order, double *result)
{
    const size_t units = n * n, side = n << order;
    size_t columns = 1;
    for (unsigned bit = 0; bit < order; bit++)
        columns *= units;
    if (!fits((double)side * side)) return BAD_SIZE;
    double *room = allocated(2.0 * side * side);
    if (!room) return OUT_OF_MEMORY;
    double *big = room, *corner = room + side * side;
    int status = OK;
    for (size_t column = 0; status == OK && column < columns; column++) {
        blocked(n, a, order, column, big);
        status = expm(side, big, corner);
        for (size_t k = 0; status == OK && k < units; k++)
            result[k * columns + column] = corner[k % n * side + side - n + k / n];
    }
    free(room);
    return status;
}

// helper inverse_root_derivative
/*
 * The matrix of the derivative of the inverse root, columns stacked: Newton's method for X^p*A = I, in the basis of the
 * eigenvectors, where a step divides by numbers.
 */
static int inverse_root_derivative(size_t n, const double *a, unsigned p, unsigned order, double *result)
{
    const size_t units = n * n, side = n << order, square = side * side;
    size_t columns = 1;
    for (unsigned bit = 0; bit < order; bit++)
        columns *= units;
    if (!fits((double)side * side)) return BAD_SIZE;
    double *room = allocated(5.0 * square + 2.0 * units + n);
    if (!room) return OUT_OF_MEMORY;
    double *big = room, *basis = big + square, *x = basis + square, *power_of_x = x + square, *product = power_of_x + square;
    double *vectors = product + square, *slopes = vectors + units, *values = slopes + units;
    int status = eigen(n, a, values, vectors);
    if (status == OK && values[0] <= 0.0) status = NOT_POSITIVE_DEFINITE;
    memset(basis, 0, square * sizeof(double));
    for (size_t i = 0; i < side; i++)
        memcpy(basis + i * side + i / n * n, vectors + i % n * n, n * sizeof(double));
    for (size_t i = 0; status == OK && i < units; i++) {
        slopes[i] = 0.0;
        for (unsigned k = 0; k < p; k++)
            slopes[i] += values[i % n] * pow(values[i / n], -(double)k / p) * pow(values[i % n], (k + 1.0 - p) / p);
    }
    for (size_t column = 0; status == OK && column < columns; column++) {
        blocked(n, a, order, column, x);
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, side, side, side, 1.0, basis, side, x, side, 0.0, product, side);
        multiply(side, product, basis, big);
        for (size_t i = 0; i < square; i++)
            x[i] = i % (side + 1) == 0 ? pow(values[i % side % n], -1.0 / p) : 0.0;
        for (unsigned step = 0; status == OK && step <= order; step++) {
            status = power(side, x, p, power_of_x);
            multiply(side, power_of_x, big, product);
            for (size_t i = 0; i < square; i++)
                x[i] += ((i % (side + 1) == 0) - product[i]) / slopes[i / side % n * n + i % side % n];
        }
        multiply(side, basis, x, product);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, side, side, side, 1.0, product, side, basis, side, 0.0, x, side);
        for (size_t k = 0; k < units; k++)
            result[k * columns + column] = x[k % n * side + side - n + k / n];
    }
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

// helper sqrtm_derivative
/* The matrix K with vec(L(A, E)) = K*vec(E), L the derivative of the square root, columns stacked. */
static int sqrtm_derivative(size_t n, const double *a, double *result)
{
    const size_t units = n * n;
    if (!fits((double)units * units)) return BAD_SIZE;
    double *room = allocated((double)units * units + 2.0 * units);
    if (!room) return OUT_OF_MEMORY;
    double *root = room, *sides = root + units;
    int status = sqrtm(n, a, root);
    for (size_t row = 0; status == OK && row < units; row++)
        for (size_t column = 0; column < units; column++) {
            const size_t i = row % n, j = row / n, k = column % n, l = column / n;
            sides[row * units + column] = (j == l ? root[i * n + k] : 0.0) + (i == k ? root[l * n + j] : 0.0);
        }
    if (status == OK) status = solved_identity(units, sides, result);
    free(room);
    return status;
}

// helper logm_derivative
/* The matrix K with vec(L(A, E)) = K*vec(E), L the derivative of the logarithm, columns stacked. */
static int logm_derivative(size_t n, const double *a, double *result)
{
    const size_t units = n * n;
    if (!fits((double)units * units)) return BAD_SIZE;
    double *room = allocated((double)units * units + 2.0 * units);
    if (!room) return OUT_OF_MEMORY;
    double *logarithm = room, *slope = logarithm + units;
    int status = logm(n, a, logarithm);
    if (status == OK) status = expm_derivative(n, logarithm, 1, slope);
    if (status == OK) status = solved_identity(units, slope, result);
    free(room);
    return status;
}
