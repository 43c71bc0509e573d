// Exponentials, roots and logarithms of matrices; each uses those above it, and those of `base.rs`.

// helper expm
/// The exponential of a matrix by scaling, an approximant of degree 13, and squaring (Higham 2005, Algorithm 2.3).
fn expm(a: MatRef<'_, f64>) -> Result<Mat<f64>, Error> {
    const B: [f64; 14] = [
        64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0, 129060195264000.0,
        10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0, 40840800.0, 960960.0, 16380.0, 182.0, 1.0,
    ];
    let n = a.nrows();
    let norm = largest(n, |j| sum(n, |i| a[(i, j)].abs()));
    if !norm.is_finite() {
        return Err(Error(String::from("the exponential of a matrix that is not finite")));
    }
    let squarings = (norm / 5.371920351148152).log2().ceil().max(0.0) as i32;
    let a = a * 0.5_f64.powi(squarings);
    let one = Mat::<f64>::identity(n, n);
    let a2 = &a * &a;
    let a4 = &a2 * &a2;
    let a6 = &a4 * &a2;
    let high = B[13] * &a6 + B[11] * &a4 + B[9] * &a2;
    let u = &a * (&a6 * high + B[7] * &a6 + B[5] * &a4 + B[3] * &a2 + B[1] * &one);
    let high = B[12] * &a6 + B[10] * &a4 + B[8] * &a2;
    let v = &a6 * high + B[6] * &a6 + B[4] * &a4 + B[2] * &a2 + B[0] * &one;
    let mut x = lu((&v - &u).as_ref())?.solve(v + u);
    for _ in 0..squarings {
        x = &x * &x;
    }
    Ok(x)
}

// helper blocked
/// Blocks of blocks with a matrix on the diagonal and, for every order, one of the unit matrices of a column beside it: functions
/// of them have the mixed derivative in the last block of the first row (Higham 2008, Section 3.2).
fn blocked(a: MatRef<'_, f64>, order: u32, column: usize) -> Mat<f64> {
    let (n, blocks) = (a.nrows(), 1_usize << order);
    let units = n * n;
    let mut big = Mat::from_fn(n * blocks, n * blocks, |i, j| if i / n == j / n { a[(i % n, j % n)] } else { 0.0 });
    for bit in 0..order {
        let unit = column / units.pow(order - 1 - bit) % units;
        for block in (0..blocks).filter(|block| block >> bit & 1 == 0) {
            big[(block * n + unit % n, (block + (1 << bit)) * n + unit / n)] += 1.0;
        }
    }
    big
}

// helper expm_derivative
/// The matrix `K` with `vec(D) = K*kron(vec(E1), …, vec(Ek))`, `D` the mixed derivative of the exponential, columns stacked.
fn expm_derivative(a: MatRef<'_, f64>, order: u32) -> Result<Mat<f64>, Error> {
    let (n, units) = (a.nrows(), a.nrows() * a.nrows());
    let mut matrix = Mat::zeros(units, units.pow(order));
    for column in 0..matrix.ncols() {
        let corner = expm(blocked(a, order, column).as_ref())?;
        for k in 0..units {
            matrix[(k, column)] = corner[(k % n, corner.ncols() - n + k / n)];
        }
    }
    Ok(matrix)
}

// helper inverse_root_derivative
/// The matrix of the derivative of the inverse root, columns stacked: Newton's method for `X^p*A = I`, in the basis of the
/// eigenvectors, where a step divides by numbers.
fn inverse_root_derivative(a: MatRef<'_, f64>, p: u32, order: u32) -> Result<Mat<f64>, Error> {
    let (n, units) = (a.nrows(), a.nrows() * a.nrows());
    let factors = eigen(a)?;
    let values = factors.S().column_vector();
    if values[0] <= 0.0 {
        return Err(Error(String::from("the matrix is not positive definite")));
    }
    let root = |i: usize, k: u32| values[i].powf(-f64::from(k) / f64::from(p));
    let slopes = Mat::from_fn(n, n, |i, j| values[j] * (0..p).map(|k| root(i, k) * root(j, p - 1 - k)).sum::<f64>());
    let side = n << order;
    let basis = Mat::from_fn(side, side, |i, j| if i / n == j / n { factors.U()[(i % n, j % n)] } else { 0.0 });
    let mut matrix = Mat::zeros(units, units.pow(order));
    for column in 0..matrix.ncols() {
        let big = basis.transpose() * blocked(a, order, column) * &basis;
        let mut x = Mat::from_fn(side, side, |i, j| if i == j { root(i % n, 1) } else { 0.0 });
        for _ in 0..=order {
            let product = power(x.as_ref(), p) * &big;
            let rest = |i: usize, j: usize| if i == j { 1.0 - product[(i, j)] } else { -product[(i, j)] };
            x += Mat::from_fn(side, side, |i, j| rest(i, j) / slopes[(i % n, j % n)]);
        }
        let x = &basis * x * basis.transpose();
        for k in 0..units {
            matrix[(k, column)] = x[(k % n, side - n + k / n)];
        }
    }
    Ok(matrix)
}

// helper sqrtm
/// The principal square root by scaled products of Denman and Beavers (Higham 2008, Equation 6.29).
fn sqrtm(a: MatRef<'_, f64>) -> Result<Mat<f64>, Error> {
    let n = a.nrows();
    let one = Mat::<f64>::identity(n, n);
    let (mut root, mut m, mut far) = (a.to_owned(), a.to_owned(), true);
    for _ in 0..100 {
        let distance = (&m - &one).norm_l2();
        far = far && distance > 0.1;
        if far {
            let scale = (-log_abs_det(&lu(m.as_ref())?) / (2 * n) as f64).exp();
            root = scale * root;
            m = scale * scale * m;
        }
        let reciprocal = lu(m.as_ref())?.solve(&one);
        root = 0.5 * (&root + &root * &reciprocal);
        m = 0.25 * (m + reciprocal) + 0.5 * &one;
        if distance < f64::EPSILON.sqrt() {
            return Ok(root);
        }
    }
    Err(Error(String::from("no real square root: an eigenvalue is on the negative half of the axis, or near it")))
}

// helper logm
/// The principal logarithm: square roots until near the identity, then Gauss and Legendre's formula for the integral of
/// `x/(1 + t*x)` (Higham 2008, Equation 11.18).
fn logm(a: MatRef<'_, f64>) -> Result<Mat<f64>, Error> {
    const PLACES: [f64; 4] = [0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363];
    const WEIGHTS: [f64; 4] = [0.362683783378362, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763];
    let n = a.nrows();
    let one = Mat::<f64>::identity(n, n);
    let (mut a, mut roots) = (a.to_owned(), 0);
    while (&a - &one).norm_l2() > 0.25 && roots < 100 {
        a = sqrtm(a.as_ref())?;
        roots += 1;
    }
    let x = &a - &one;
    let mut total = Mat::<f64>::zeros(n, n);
    for (place, weight) in PLACES.iter().zip(WEIGHTS) {
        for t in [0.5 - 0.5 * place, 0.5 + 0.5 * place] {
            total += 0.5 * weight * lu((&one + t * &x).as_ref())?.solve(&x);
        }
    }
    Ok(2.0_f64.powi(roots) * total)
}

// helper sqrtm_derivative
/// The matrix `K` with `vec(L(A, E)) = K*vec(E)`, `L` the derivative of the square root, columns stacked.
fn sqrtm_derivative(a: MatRef<'_, f64>) -> Result<Mat<f64>, Error> {
    let (n, root) = (a.nrows(), sqrtm(a)?);
    let sides = Mat::from_fn(n * n, n * n, |row, column| {
        let (i, j, k, l) = (row % n, row / n, column % n, column / n);
        let left = if j == l { root[(i, k)] } else { 0.0 };
        if i == k { left + root[(l, j)] } else { left }
    });
    Ok(lu(sides.as_ref())?.solve(Mat::<f64>::identity(n * n, n * n)))
}

// helper logm_derivative
/// The matrix `K` with `vec(L(A, E)) = K*vec(E)`, `L` the derivative of the logarithm, columns stacked.
fn logm_derivative(a: MatRef<'_, f64>) -> Result<Mat<f64>, Error> {
    let units = a.nrows() * a.nrows();
    Ok(lu(expm_derivative(logm(a)?.as_ref(), 1)?.as_ref())?.solve(Mat::<f64>::identity(units, units)))
}
