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

// helper along_each
/// A derivative along directions: one of more rows has a stacked matrix in every column, and none stands for all unit matrices.
fn along_each(
    a: MatRef<'_, f64>,
    directions: &[MatRef<'_, f64>],
    derivative: impl Fn(&[Mat<f64>]) -> Result<Mat<f64>, Error>,
) -> Result<Mat<f64>, Error> {
    let (m, n) = (a.nrows(), a.ncols());
    let units = Mat::<f64>::identity(m * n, m * n);
    let single = |e: &MatRef<'_, f64>| (e.nrows(), e.ncols()) == (m, n);
    if !directions.is_empty() && directions.iter().all(single) {
        let steps: Vec<Mat<f64>> = directions.iter().map(|e| e.to_owned()).collect();
        return derivative(&steps);
    }
    let all = [units.as_ref()];
    let directions = if directions.is_empty() { &all[..] } else { directions };
    let count = |e: &MatRef<'_, f64>| if single(e) { 1 } else { e.ncols() };
    let mut matrix = Mat::zeros(m * n, directions.iter().map(count).product());
    for column in 0..matrix.ncols() {
        let mut rest = column;
        let mut steps = Vec::new();
        for e in directions.iter().rev() {
            let chosen = rest % count(e);
            rest /= count(e);
            steps.push(Mat::from_fn(m, n, |i, j| if single(e) { e[(i, j)] } else { e[(j * m + i, chosen)] }));
        }
        steps.reverse();
        let value = derivative(&steps)?;
        for k in 0..m * n {
            matrix[(k, column)] = value[(k % m, k / m)];
        }
    }
    Ok(matrix)
}

// helper along_blocks
/// The derivative of a function along directions, the last block in the first row of that of blocks of blocks: a block for every
/// two sets of directions, which is `A` where they are equal, and the direction that the second has more (Higham and Relton 2014).
fn along_blocks(
    a: MatRef<'_, f64>,
    directions: &[MatRef<'_, f64>],
    function: impl Fn(MatRef<'_, f64>) -> Result<Mat<f64>, Error>,
) -> Result<Mat<f64>, Error> {
    let n = a.nrows();
    along_each(a, directions, |steps| {
        let side = n << steps.len();
        let big = Mat::from_fn(side, side, |i, j| {
            let (s, t, i, j) = (i / n, j / n, i % n, j % n);
            let more = steps.iter().enumerate().find(|(k, _)| s & 1 << k == 0 && s | 1 << k == t);
            if s == t { a[(i, j)] } else { more.map_or(0.0, |(_, e)| e[(i, j)]) }
        });
        let value = function(big.as_ref())?;
        Ok(Mat::from_fn(n, n, |i, j| value[(i, side - n + j)]))
    })
}

// helper dexpm
/// The derivative of the exponential along directions.
fn dexpm(a: MatRef<'_, f64>, directions: &[MatRef<'_, f64>]) -> Result<Mat<f64>, Error> {
    along_blocks(a, directions, expm)
}

// helper quarter_turn
/// `[cos(A), -sin(A); sin(A), cos(A)]`.
fn quarter_turn(a: MatRef<'_, f64>) -> Result<Mat<f64>, Error> {
    let n = a.nrows();
    let big = Mat::from_fn(2 * n, 2 * n, |i, j| match (i < n, j < n) {
        (true, false) => -a[(i, j - n)],
        (false, true) => a[(i - n, j)],
        _ => 0.0,
    });
    expm(big.as_ref())
}

// helper cosm
/// The cosine of a matrix.
fn cosm(a: MatRef<'_, f64>) -> Result<Mat<f64>, Error> {
    Ok(quarter_turn(a)?.submatrix(0, 0, a.nrows(), a.nrows()).to_owned())
}

// helper dcosm
/// The derivative of the cosine along directions.
fn dcosm(a: MatRef<'_, f64>, directions: &[MatRef<'_, f64>]) -> Result<Mat<f64>, Error> {
    along_blocks(a, directions, cosm)
}

// helper sinm
/// The sine of a matrix.
fn sinm(a: MatRef<'_, f64>) -> Result<Mat<f64>, Error> {
    Ok(quarter_turn(a)?.submatrix(a.nrows(), 0, a.nrows(), a.nrows()).to_owned())
}

// helper dsinm
/// The derivative of the sine along directions.
fn dsinm(a: MatRef<'_, f64>, directions: &[MatRef<'_, f64>]) -> Result<Mat<f64>, Error> {
    along_blocks(a, directions, sinm)
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

// helper dsqrtm
/// The derivative of the square root along directions.
fn dsqrtm(a: MatRef<'_, f64>, directions: &[MatRef<'_, f64>]) -> Result<Mat<f64>, Error> {
    along_blocks(a, directions, sqrtm)
}

// helper dlogm
/// The derivative of the logarithm along directions.
fn dlogm(a: MatRef<'_, f64>, directions: &[MatRef<'_, f64>]) -> Result<Mat<f64>, Error> {
    along_blocks(a, directions, logm)
}

// helper principal_root
/// The principal power `1/p`.
fn principal_root(a: MatRef<'_, f64>, p: f64) -> Result<Mat<f64>, Error> {
    expm((1.0 / p * logm(a)?).as_ref())
}

// helper droot
/// The derivative of the principal root along directions.
fn droot(a: MatRef<'_, f64>, p: f64, directions: &[MatRef<'_, f64>]) -> Result<Mat<f64>, Error> {
    along_blocks(a, directions, |x| principal_root(x, p))
}

// helper dinvroot
/// The derivative of the inverse root of a symmetric positive definite matrix along directions.
fn dinvroot(a: MatRef<'_, f64>, p: f64, directions: &[MatRef<'_, f64>]) -> Result<Mat<f64>, Error> {
    if eigen(a)?.S().column_vector()[0] <= 0.0 {
        return Err(Error(String::from("the matrix is not positive definite")));
    }
    along_blocks(a, directions, |x| principal_root(x, -p))
}
