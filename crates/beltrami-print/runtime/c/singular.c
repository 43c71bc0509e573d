/* Functions of singular values and their derivatives; each uses those above it, and those of base.c. */

// helper apart
/* Refuses a difference of singular values that is no more than their rounding errors. */
static int apart(size_t m, size_t n, const double *s, double difference)
{
    return difference > DBL_EPSILON * (m > n ? m : n) * s[0] ? OK : OUT_OF_DOMAIN;
}

// helper lines_of
/* What becomes of singular values: with a rank the largest ones are kept, with rank 0 all are clipped to an interval. */
struct scaling_to { size_t rank; double low, high; };

/* The line, slope and offset, that a function follows at every singular value. */
static int lines_of(struct scaling_to to, size_t m, size_t n, const double *s, double *lines)
{
    size_t k = m < n ? m : n;
    for (size_t i = 0; i < k; i++) {
        int kept = to.rank > 0 ? i < to.rank : s[i] >= to.low && s[i] <= to.high;
        lines[2 * i] = kept;
        lines[2 * i + 1] = kept || to.rank > 0 ? 0.0 : s[i] > to.high ? to.high : to.low;
    }
    if (to.rank > 0) return to.rank < k ? apart(m, n, s, s[to.rank - 1] - s[to.rank]) : OK;
    if (!(to.low <= to.high)) return OUT_OF_DOMAIN;
    return to.low > 0.0 || to.high < 0.0 ? apart(m, n, s, s[k - 1]) : OK;
}

// helper scaled_to
/* U * diag(slope * s + offset) * Vt, a line for every singular value. */
static int scaled_to(struct scaling_to to, size_t m, size_t n, const double *a, double *result)
{
    size_t k = m < n ? m : n;
    double *room = allocated((double)m * k + 3.0 * k + (double)k * n);
    if (!room) return OUT_OF_MEMORY;
    double *u = room, *s = u + m * k, *lines = s + k, *vt = lines + 2 * k;
    int status = svd(m, n, a, u, s, vt);
    if (status == OK) status = lines_of(to, m, n, s, lines);
    for (size_t i = 0; status == OK && i < k; i++)
        cblas_dscal(n, lines[2 * i] * s[i] + lines[2 * i + 1], vt + i * n, 1);
    if (status == OK)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1.0, u, k, vt, n, 0.0, result, n);
    free(room);
    return status;
}

// helper clip_singular
/* The matrix with its singular values clipped to an interval. */
static int clip_singular(size_t m, size_t n, const double *a, double low, double high, double *result)
{
    return scaled_to((struct scaling_to){0, low, high}, m, n, a, result);
}

// helper low_rank
/* The nearest matrix of a rank. */
static int low_rank(size_t m, size_t n, const double *a, size_t rank, double *result)
{
    return scaled_to((struct scaling_to){rank, 0.0, 0.0}, m, n, a, result);
}

// helper divided
/* A divided difference of a function that is a line, slope and offset, at every value; places ascend. */
static double divided(const double *values, const double *lines, const size_t *places, size_t count)
{
    const size_t first = places[0], last = places[count - 1];
    const double slope = lines[2 * first], offset = lines[2 * first + 1];
    int same = 1;
    for (size_t i = 1; i < count; i++)
        same = same && lines[2 * places[i]] == slope && lines[2 * places[i] + 1] == offset;
    if (count == 1) return slope * values[first] + offset;
    /* Values on one line are not divided by their difference, which may be zero. */
    if (same) return count == 2 ? slope : 0.0;
    return (divided(values, lines, places + 1, count - 1) - divided(values, lines, places, count - 1))
        / (values[last] - values[first]);
}

// helper walk
/* Adds to a row the products of entries along all paths from a place that take every step once, weighted with a table. */
static void walk(
    size_t side, const double *table, size_t length, size_t at, double weight, const double **steps, size_t left, double *row)
{
    if (left == 0) row[at] += weight * *table;
    for (size_t k = 0; k < left; k++) {
        const double *step = steps[k];
        steps[k] = steps[left - 1];
        for (size_t next = 0; next < side; next++)
            walk(side, table + length / side * next, length / side, next, weight * step[at * side + next], steps, left - 1, row);
        steps[k] = step;
    }
}

// helper scaled_derivative
/*
 * The derivative of U*diag(slope*s + offset)*Vt along matrices, for lines at every singular value: divided differences at
 * the eigenvalues of [0, A; A', 0] (Daleckii and Krein 1965, Noferini 2017).
 */
static int scaled_along(
    size_t m, size_t n, const double *a, const double *lines, unsigned order, const double **directions, double *result)
{
    enum { MOST = 16 };
    const size_t k = m < n ? m : n, side = m + n, units = m * n, square = side * side;
    const double *steps[MOST];
    size_t paths = side, places[MOST + 1];
    for (unsigned step = 0; step < order; step++)
        paths *= side;
    if (order > MOST || !fits((double)side)) return BAD_SIZE;
    double *room = allocated(pow(side, order + 1.0) + (order + 3.0) * square + 3.0 * side);
    if (!room) return OUT_OF_MEMORY;
    double *table = room, *turned = table + paths, *basis = turned + square, *turns = basis + square;
    double *values = turns + order * square, *all = values + side, *half = all + 2 * side;
    memset(turned, 0, square * sizeof(double));
    for (size_t i = 0; i < units; i++)
        turned[i / n * side + m + i % n] = turned[(m + i % n) * side + i / n] = a[i];
    int status = eigen(side, turned, values, basis);
    /* The function is odd; eigenvalues ascend, and those between the singular values of both signs are zero. */
    for (size_t place = 0; place < side; place++) {
        const size_t negative = place < k, positive = side - 1 - place < k;
        const size_t line = negative ? place : positive ? side - 1 - place : k - 1;
        all[2 * place] = lines[2 * line];
        all[2 * place + 1] = negative ? -lines[2 * line + 1] : positive ? lines[2 * line + 1] : 0.0;
    }
    for (size_t path = 0; status == OK && path < paths; path++) {
        size_t rest = path;
        for (size_t i = 0; i <= order; i++, rest /= side) {
            size_t place = i;
            for (; place > 0 && places[place - 1] > rest % side; place--)
                places[place] = places[place - 1];
            places[place] = rest % side;
        }
        table[path] = divided(values, all, places, order + 1);
    }
    for (unsigned step = 0; step < order; step++) {
        /* The direction and its transpose beside each other, in the basis. */
        double *turn = turns + step * square;
        cblas_dgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, side, n, m, 1.0, basis, side, directions[step], n, 0.0, half, n);
        cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, side, side, n, 1.0, half, n, basis + m * side, side, 0.0, turned, side);
        for (size_t i = 0; i < square; i++)
            turn[i] = turned[i] + turned[i % side * side + i / side];
        steps[step] = turn;
    }
    memset(turned, 0, square * sizeof(double));
    for (size_t at = 0; status == OK && at < side; at++)
        walk(side, table + paths / side * at, paths / side, at, 1.0, steps, order, turned + at * side);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, side, side, 1.0, basis, side, turned, side, 0.0, half, side);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, side, 1.0, half, side, basis + m * side, side, 0.0, result, n);
    free(room);
    return status;
}

/* The same along directions. */
static int scaled_derivative(
    size_t m, size_t n, const double *a, const double *lines, unsigned order, const double *const *directions,
    const size_t *columns, double *result)
{
    return along_each(scaled_along, m, n, a, lines, order, directions, columns, result);
}

// helper scaled_to_derivative
/* The derivative of what scaled_to computes along directions. */
static int scaled_to_derivative(
    struct scaling_to to, size_t m, size_t n, const double *a, unsigned order, const double *const *directions,
    const size_t *columns, double *result)
{
    size_t k = m < n ? m : n;
    double *s = allocated(3.0 * k);
    if (!s) return OUT_OF_MEMORY;
    int status = singular_values(m, n, a, s);
    if (status == OK) status = lines_of(to, m, n, s, s + k);
    if (status == OK) status = scaled_derivative(m, n, a, s + k, order, directions, columns, result);
    free(s);
    return status;
}

// helper dmsign
/* The derivative of the polar factor along directions: every singular value is taken to 1. */
static int dmsign(
    size_t m, size_t n, const double *a, unsigned order, const double *const *directions, const size_t *columns,
    double *result)
{
    size_t k = m < n ? m : n;
    double *s = allocated(3.0 * k);
    if (!s) return OUT_OF_MEMORY;
    int status = singular_values(m, n, a, s);
    if (status == OK) status = apart(m, n, s, s[k - 1]);
    for (size_t i = 0; i < 2 * k; i++)
        s[k + i] = i % 2 == 1;
    if (status == OK) status = scaled_derivative(m, n, a, s + k, order, directions, columns, result);
    free(s);
    return status;
}

// helper dmclip
/* The derivative of clipped singular values along directions. */
static int dmclip(
    size_t m, size_t n, const double *a, double low, double high, unsigned order, const double *const *directions,
    const size_t *columns, double *result)
{
    return scaled_to_derivative((struct scaling_to){0, low, high}, m, n, a, order, directions, columns, result);
}

// helper dlowrank
/* The derivative of the nearest matrix of a rank along directions. */
static int dlowrank(
    size_t m, size_t n, const double *a, size_t rank, unsigned order, const double *const *directions,
    const size_t *columns, double *result)
{
    return scaled_to_derivative((struct scaling_to){rank, 0.0, 0.0}, m, n, a, order, directions, columns, result);
}

// helper dadj
static int adjugate_along(
    size_t m, size_t n, const double *a, const double *with, unsigned order, const double **steps, double *result)
{
    const size_t square = n * n;
    size_t places[17], choices = n;
    (void)m;
    (void)with;
    for (unsigned k = 0; k < order; k++)
        choices *= n;
    double *room = allocated((order + 4.0) * square + n + (double)order * order);
    if (!room) return OUT_OF_MEMORY;
    double *u = room, *vt = u + square, *half = vt + square, *total = half + square, *turns = total + square;
    double *s = turns + order * square, *rows = s + n, parity = 1.0, minor;
    int status = svd(n, n, a, u, s, vt);
    for (unsigned k = 0; k < order; k++) {
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, n, n, 1.0, u, n, steps[k], n, 0.0, half, n);
        cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, n, n, n, 1.0, half, n, vt, n, 0.0, turns + k * square, n);
    }
    memset(total, 0, square * sizeof(double));
    for (size_t choice = 0; status == OK && choice < choices; choice++) {
        double others = 1.0;
        size_t rest = choice;
        int proper = 1;
        for (unsigned k = 0; k <= order; k++, rest /= n) {
            places[k] = rest % n;
            for (unsigned before = 0; before < k; before++)
                if (places[before] == places[k]) proper = 0;
        }
        for (size_t l = 0; l < n; l++) {
            int taken = 0;
            for (unsigned k = 0; k <= order; k++)
                if (places[k] == l) taken = 1;
            if (!taken) others *= s[l];
        }
        for (unsigned gone = 0; proper && status == OK && gone <= order; gone++) {
            for (unsigned i = 0; i < order; i++)
                for (unsigned j = 0; j < order; j++)
                    rows[i * order + j] = turns[i * square + places[i + 1] * n + places[j < gone ? j : j + 1]];
            status = determinant(order, rows, &minor);
            total[places[gone] * n + places[0]] += (gone % 2 == 0 ? others : -others) * minor;
        }
    }
    /* The signs of both bases. */
    for (int basis = 0; status == OK && basis < 2; basis++) {
        status = determinant(n, basis == 0 ? u : vt, &minor);
        parity *= minor;
    }
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, n, n, parity, vt, n, total, n, 0.0, half, n);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, n, n, 1.0, half, n, u, n, 0.0, result, n);
    free(room);
    return status;
}

/*
 * The derivative of the adjugate along directions: between singular vectors, rows of the directions replace rows of the diagonal
 * matrix of singular values, at places that differ.
 */
static int dadj(
    size_t n, const double *a, unsigned order, const double *const *directions, const size_t *columns, double *result)
{
    return along_each(adjugate_along, n, n, a, NULL, order, directions, columns, result);
}

// helper refuse_coincidence
/* Refuses singular values that are equal, or zero. */
static int refuse_coincidence(size_t m, size_t n, const double *a)
{
    const size_t k = m < n ? m : n;
    double *s = allocated((double)k);
    if (!s) return OUT_OF_MEMORY;
    int status = singular_values(m, n, a, s);
    for (size_t i = 0; status == OK && i < k; i++)
        status = apart(m, n, s, s[i] - (i + 1 < k ? s[i + 1] : 0.0));
    free(s);
    return status;
}

// helper dyads
/* U*diag(w)*Vt for singular values that are apart. */
static int dyads(size_t m, size_t n, const double *a, const double *w, double *result)
{
    const size_t k = m < n ? m : n;
    double *room = allocated((double)m * k + k + (double)k * n);
    if (!room) return OUT_OF_MEMORY;
    double *u = room, *s = u + m * k, *vt = s + k;
    int status = refuse_coincidence(m, n, a);
    if (status == OK) status = svd(m, n, a, u, s, vt);
    for (size_t i = 0; status == OK && i < k; i++)
        cblas_dscal(n, w[i], vt + i * n, 1);
    if (status == OK)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1.0, u, k, vt, n, 0.0, result, n);
    free(room);
    return status;
}

// helper ddyads
/* The derivative of U*diag(w)*Vt along directions. */
static int ddyads(
    size_t m, size_t n, const double *a, const double *w, unsigned order, const double *const *directions,
    const size_t *columns, double *result)
{
    const size_t k = m < n ? m : n;
    double *lines = allocated(2.0 * k);
    if (!lines) return OUT_OF_MEMORY;
    for (size_t i = 0; i < k; i++) {
        lines[2 * i] = 0.0;
        lines[2 * i + 1] = w[i];
    }
    int status = refuse_coincidence(m, n, a);
    if (status == OK) status = scaled_derivative(m, n, a, lines, order, directions, columns, result);
    free(lines);
    return status;
}

// helper dsvdvals
static int values_along(
    size_t m, size_t n, const double *a, const double *with, unsigned order, const double **steps, double *result)
{
    const size_t k = m < n ? m : n, units = m * n;
    const size_t single[16] = {0};
    (void)with;
    double *room = allocated((double)units + k);
    if (!room) return OUT_OF_MEMORY;
    double *dyad = room, *unit = room + units;
    int status = OK;
    /* Stacked in the shape of the matrix, whose other entries are zero. */
    memset(result, 0, units * sizeof(double));
    for (size_t i = 0; status == OK && i < k; i++) {
        for (size_t j = 0; j < k; j++)
            unit[j] = i == j;
        status = order > 1 ? ddyads(m, n, a, unit, order - 1, steps, single, dyad) : dyads(m, n, a, unit, dyad);
        result[i % m * n + i / m] = status == OK ? cblas_ddot(units, dyad, 1, steps[order - 1], 1) : 0.0;
    }
    free(room);
    return status;
}

/* The derivative of the singular values along directions: that of the dyads along all but the last one, times the last one. */
static int dsvdvals(
    size_t m, size_t n, const double *a, unsigned order, const double *const *directions, const size_t *columns,
    double *result)
{
    const size_t k = m < n ? m : n, units = m * n;
    size_t total = order > 0 ? 1 : units;
    int single = order > 0;
    for (unsigned step = 0; step < order; step++) {
        total *= columns[step] > 0 ? columns[step] : 1;
        single = single && columns[step] == 0;
    }
    double *all = allocated((double)units * total);
    if (!all) return OUT_OF_MEMORY;
    int status = along_each(values_along, m, n, a, NULL, order, directions, columns, all);
    for (size_t i = 0; status == OK && i < k; i++)
        for (size_t column = 0; column < total; column++)
            result[i * total + column] = single ? all[i % m * n + i / m] : all[i * total + column];
    free(all);
    return status;
}
