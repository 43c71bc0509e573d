// Functions of singular values and their derivatives; each uses those above it, and those of `base.rs`.

// helper apart
/// Refuses a difference of singular values that is no more than their rounding errors.
fn apart(a: MatRef<'_, f64>, s: ColRef<'_, f64>, difference: f64) -> Result<(), Error> {
    if difference > a.nrows().max(a.ncols()) as f64 * f64::EPSILON * s[0] {
        return Ok(());
    }
    Err(Error(String::from("singular values that must differ are equal, or one that must not be is zero")))
}

// helper clipping
/// The line, slope and offset, that clipping to an interval follows at every singular value.
fn clipping(a: MatRef<'_, f64>, s: ColRef<'_, f64>, low: f64, high: f64) -> Result<Vec<[f64; 2]>, Error> {
    if low > high || low.is_nan() || high.is_nan() {
        return Err(Error(format!("no number lies between {low} and {high}")));
    }
    if low > 0.0 || high < 0.0 {
        apart(a, s, s[s.nrows() - 1])?;
    }
    let line = |s: &f64| if *s > high { [0.0, high] } else if *s < low { [0.0, low] } else { [1.0, 0.0] };
    Ok(s.iter().map(line).collect())
}

// helper truncating
/// The line, slope and offset, that keeping the largest singular values follows at every one.
fn truncating(a: MatRef<'_, f64>, s: ColRef<'_, f64>, rank: usize) -> Result<Vec<[f64; 2]>, Error> {
    if rank < s.nrows() {
        apart(a, s, s[rank - 1] - s[rank])?;
    }
    Ok((0..s.nrows()).map(|i| [if i < rank { 1.0 } else { 0.0 }, 0.0]).collect())
}

// helper rescaled
/// `U*diag(slope*s + offset)*V'`, a line for every singular value.
fn rescaled(factors: &Svd<f64>, lines: &[[f64; 2]]) -> Mat<f64> {
    let s = factors.S().column_vector();
    let scaled = Col::from_fn(s.nrows(), |i| lines[i][0] * s[i] + lines[i][1]);
    factors.U() * scaled.as_diagonal() * factors.V().transpose()
}

// helper clip_singular
/// The matrix with its singular values clipped to an interval.
fn clip_singular(a: MatRef<'_, f64>, low: f64, high: f64) -> Result<Mat<f64>, Error> {
    let factors = svd(a)?;
    Ok(rescaled(&factors, &clipping(a, factors.S().column_vector(), low, high)?))
}

// helper low_rank
/// The nearest matrix of a rank.
fn low_rank(a: MatRef<'_, f64>, rank: usize) -> Result<Mat<f64>, Error> {
    let factors = svd(a)?;
    Ok(rescaled(&factors, &truncating(a, factors.S().column_vector(), rank)?))
}

// helper divided
/// A divided difference of a function that is a line, slope and offset, at every value; places ascend.
fn divided(values: ColRef<'_, f64>, lines: &[[f64; 2]], places: &[usize]) -> f64 {
    let (first, last) = (places[0], places[places.len() - 1]);
    let [slope, offset] = lines[first];
    match places.len() {
        1 => slope * values[first] + offset,
        // Values on one line are not divided by their difference, which may be zero.
        count if places.iter().all(|place| lines[*place] == lines[first]) => if count == 2 { slope } else { 0.0 },
        count => {
            let (upper, lower) = (&places[1..], &places[..count - 1]);
            (divided(values, lines, upper) - divided(values, lines, lower)) / (values[last] - values[first])
        }
    }
}

// helper walk
/// Adds to a row the products of entries along all paths from a place that take every step once, weighted with a table.
fn walk(table: &[f64], at: usize, weight: f64, turns: &[&Mat<f64>], row: &mut [f64]) {
    if turns.is_empty() {
        row[at] += weight * table[0];
    }
    for (k, turn) in turns.iter().enumerate() {
        let others = [&turns[..k], &turns[k + 1..]].concat();
        for (next, part) in table.chunks(table.len() / turn.ncols()).enumerate() {
            walk(part, next, weight * turn[(at, next)], &others, row);
        }
    }
}

// helper rescaled_derivative
/// The derivative of `U*diag(slope*s + offset)*V'` along directions: divided differences at the eigenvalues of `[0, A; A', 0]`
/// (Daleckii and Krein 1965, Noferini 2017).
fn rescaled_derivative(a: MatRef<'_, f64>, lines: &[[f64; 2]], directions: &[MatRef<'_, f64>]) -> Result<Mat<f64>, Error> {
    let (m, n, k) = (a.nrows(), a.ncols(), lines.len());
    let (side, order) = (m + n, directions.len().max(1) as u32);
    let factors = eigen(Mat::from_fn(side, side, |i, j| match (i < m, j < m) {
        (true, false) => a[(i, j - m)],
        (false, true) => a[(j, i - m)],
        _ => 0.0,
    }).as_ref())?;
    let (basis, values) = (factors.U(), factors.S().column_vector());
    let (top, bottom) = (basis.subrows(0, m), basis.subrows(m, n));
    // The function is odd; eigenvalues ascend, and those between the singular values of both signs are zero.
    let line = |place: usize| match (place < k, side - 1 - place < k) {
        (true, _) => [lines[place][0], -lines[place][1]],
        (_, true) => lines[side - 1 - place],
        _ => [lines[k - 1][0], 0.0],
    };
    let all: Vec<[f64; 2]> = (0..side).map(line).collect();
    let difference = |path: usize| {
        let mut places: Vec<usize> = (0..=order).map(|digit| path / side.pow(digit) % side).collect();
        places.sort_unstable();
        divided(values, &all, &places)
    };
    let table: Vec<f64> = (0..side.pow(order + 1)).map(difference).collect();
    along_each(a, directions, |steps| {
        let turns: Vec<Mat<f64>> = steps.iter().map(|e| {
            let half = top.transpose() * e * bottom;
            &half + half.transpose()
        }).collect();
        let turns: Vec<&Mat<f64>> = turns.iter().collect();
        let mut turned = vec![0.0; side * side];
        for (at, row) in turned.chunks_mut(side).enumerate() {
            walk(&table[at * side.pow(order)..][..side.pow(order)], at, 1.0, &turns, row);
        }
        Ok(top * Mat::from_fn(side, side, |i, j| turned[i * side + j]) * bottom.transpose())
    })
}

// helper dmsign
/// The derivative of the polar factor along directions.
fn dmsign(a: MatRef<'_, f64>, directions: &[MatRef<'_, f64>]) -> Result<Mat<f64>, Error> {
    let s = singular_values(a)?;
    apart(a, s.as_ref(), s[s.nrows() - 1])?;
    rescaled_derivative(a, &vec![[0.0, 1.0]; s.nrows()], directions)
}

// helper dmclip
/// The derivative of clipped singular values along directions.
fn dmclip(a: MatRef<'_, f64>, low: f64, high: f64, directions: &[MatRef<'_, f64>]) -> Result<Mat<f64>, Error> {
    rescaled_derivative(a, &clipping(a, singular_values(a)?.as_ref(), low, high)?, directions)
}

// helper dlowrank
/// The derivative of the nearest matrix of a rank along directions.
fn dlowrank(a: MatRef<'_, f64>, rank: usize, directions: &[MatRef<'_, f64>]) -> Result<Mat<f64>, Error> {
    rescaled_derivative(a, &truncating(a, singular_values(a)?.as_ref(), rank)?, directions)
}

// helper dadj
/// The derivative of the adjugate along directions: between singular vectors, rows of the directions replace rows of the diagonal
/// matrix of singular values, at places that differ.
fn dadj(a: MatRef<'_, f64>, directions: &[MatRef<'_, f64>]) -> Result<Mat<f64>, Error> {
    let (n, factors) = (a.nrows(), svd(a)?);
    let (u, s, v) = (factors.U(), factors.S().column_vector(), factors.V());
    let parity = u.determinant() * v.determinant();
    along_each(a, directions, |steps| {
        let turns: Vec<Mat<f64>> = steps.iter().map(|e| u.transpose() * e * v).collect();
        let (k, mut total) = (steps.len(), Mat::<f64>::zeros(n, n));
        for choice in 0..n.pow(k as u32 + 1) {
            let places: Vec<usize> = (0..=k as u32).map(|digit| choice / n.pow(digit) % n).collect();
            if (1..=k).any(|i| places[..i].contains(&places[i])) {
                continue;
            }
            let others: f64 = (0..n).filter(|l| !places.contains(l)).map(|l| s[l]).product();
            for (gone, place) in places.iter().enumerate() {
                let kept = |j: usize| places[if j < gone { j } else { j + 1 }];
                let rows = Mat::from_fn(k, k, |i, j| turns[i][(places[i + 1], kept(j))]);
                let minor = determinant(rows.as_ref());
                total[(*place, places[0])] += if gone % 2 == 0 { others * minor } else { -others * minor };
            }
        }
        Ok(parity * (v * total * u.transpose()))
    })
}

// helper refuse_coincidence
/// Refuses singular values that are equal, or zero.
fn refuse_coincidence(a: MatRef<'_, f64>, s: ColRef<'_, f64>) -> Result<(), Error> {
    (0..s.nrows()).try_for_each(|i| apart(a, s, s[i] - if i + 1 < s.nrows() { s[i + 1] } else { 0.0 }))
}

// helper dyads
/// `U*diag(w)*V'` for singular values that are apart.
fn dyads(a: MatRef<'_, f64>, w: ColRef<'_, f64>) -> Result<Mat<f64>, Error> {
    let factors = svd(a)?;
    refuse_coincidence(a, factors.S().column_vector())?;
    Ok(factors.U() * w.as_diagonal() * factors.V().transpose())
}

// helper ddyads
/// The derivative of `U*diag(w)*V'` along directions.
fn ddyads(a: MatRef<'_, f64>, w: ColRef<'_, f64>, directions: &[MatRef<'_, f64>]) -> Result<Mat<f64>, Error> {
    refuse_coincidence(a, singular_values(a)?.as_ref())?;
    let lines: Vec<[f64; 2]> = w.iter().map(|w| [0.0, *w]).collect();
    rescaled_derivative(a, &lines, directions)
}

// helper dsvdvals
/// The derivative of the singular values along directions, a column: that of the dyads along all but the last one, times the last one.
fn dsvdvals(a: MatRef<'_, f64>, directions: &[MatRef<'_, f64>]) -> Result<Mat<f64>, Error> {
    let (m, n) = (a.nrows(), a.ncols());
    let k = m.min(n);
    let value = along_each(a, directions, |steps| {
        let (last, others) = (&steps[steps.len() - 1], &steps[..steps.len() - 1]);
        let others: Vec<MatRef<'_, f64>> = others.iter().map(|e| e.as_ref()).collect();
        // Stacked in the shape of the matrix, whose other entries are zero.
        let mut values = Mat::<f64>::zeros(m, n);
        for i in 0..k {
            let unit = Col::<f64>::from_fn(k, |j| if i == j { 1.0 } else { 0.0 });
            let dyad = if others.is_empty() { dyads(a, unit.as_ref())? } else { ddyads(a, unit.as_ref(), &others)? };
            values[(i % m, i / m)] = sum(n, |col| sum(m, |row| dyad[(row, col)] * last[(row, col)]));
        }
        Ok(values)
    })?;
    let single = (value.nrows(), value.ncols()) == (m, n) && !directions.is_empty();
    Ok(if single { Mat::from_fn(k, 1, |i, _| value[(i % m, i / m)]) } else { value.subrows(0, k).to_owned() })
}
