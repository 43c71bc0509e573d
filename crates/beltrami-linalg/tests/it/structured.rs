//! Structured matrices against the same matrices written out.

use beltrami_linalg::structured::{Band, Blocks, Factored};
use beltrami_linalg::{Error, Lu, Matrix, Structured, matmul};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SEED: u64 = 7;

struct Draw(ChaCha8Rng);

impl Draw {
    fn new() -> Draw {
        Draw(ChaCha8Rng::seed_from_u64(SEED))
    }

    fn vector(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| 2.0 * self.0.random::<f64>() - 1.0).collect()
    }

    fn matrix(&mut self, m: usize, n: usize) -> Matrix {
        Matrix::new(m, n, self.vector(m * n)).expect("as many as that")
    }

    /// Well-conditioned and not symmetric.
    fn regular(&mut self, n: usize) -> Matrix {
        self.matrix(n, n).shifted(2.0 * (n as f64).sqrt())
    }

    fn symmetric(&mut self, n: usize) -> Matrix {
        self.matrix(n, n).symmetric_part()
    }

    fn definite(&mut self, n: usize) -> Matrix {
        let a = self.matrix(n, n);
        matmul(&a, &a.transpose()).expect("square").shifted(0.5)
    }

    fn dense(&mut self, m: usize, n: usize) -> Structured {
        Structured::dense(self.matrix(m, n))
    }
}

fn kron(a: &Matrix, b: &Matrix) -> Structured {
    Structured::kron(Structured::dense(a.clone()), Structured::dense(b.clone()))
}

/// Name, matrix, and how it is solved; all regular.
fn square(draw: &mut Draw, p: usize, r: usize) -> Vec<(&'static str, Structured, &'static str)> {
    let n = p * r;
    let eye = Structured::identity;
    let shifted = |draw: &mut Draw| draw.vector(n).iter().map(|x| x + 1.5).collect::<Vec<f64>>();
    let (l1, r1) = (draw.definite(p), draw.symmetric(r));
    let (l2, r2) = (draw.symmetric(p), draw.definite(r));
    let sum = |terms| Structured::sum(terms).expect("sizes agree");
    let product = |factors| Structured::product(factors).expect("sizes agree");
    let left = Structured::dense(draw.regular(p));
    let right = Structured::dense(draw.regular(r));
    let column = draw.dense(n, 1);
    let other = draw.dense(1, n);
    let mut band = Band::zeros(n, 1.min(n - 1), 2.min(n - 1));
    for i in 0..n {
        for j in i.saturating_sub(1)..(i + 3).min(n) {
            *band.entry(i, j) = if i == j { 4.0 } else { draw.vector(1)[0] };
        }
    }
    let blocks = (0..p).map(|_| draw.regular(r)).collect::<Vec<_>>();
    let tall = draw.matrix(3 * p, p);
    let weights: Vec<f64> = draw.vector(3 * p * r).iter().map(|x| x + 1.5).collect();
    vec![
        ("dense", Structured::dense(draw.regular(n)), "LU"),
        ("identity", eye(n), "identity"),
        ("diagonal", Structured::diagonal(shifted(draw)), "division"),
        ("commutation", Structured::commutation(p, r), ""),
        ("band", Structured::band(band.clone()), ""),
        ("band and diagonal", sum(vec![(2.0, Structured::band(band)), (0.5, eye(n))]), ""),
        ("blocks", Structured::blocks(Blocks::new(blocks.clone(), false).expect("sizes")), "LU of"),
        ("interleaved", Structured::blocks(Blocks::new(blocks, true).expect("sizes")), "LU of"),
        ("kron with eye", Structured::kron(left.clone(), eye(r)).scaled(2.0), ""),
        ("eye with kron", Structured::kron(eye(p), right.clone()).scaled(-3.0), ""),
        ("kron", Structured::kron(left.clone(), right.clone()), ""),
        (
            "Sylvester, one factor the same",
            sum(vec![
                (1.0, Structured::kron(eye(p), right.clone())),
                (0.5, Structured::kron(eye(p), right.transpose())),
                (0.25, eye(n)),
            ]),
            "",
        ),
        (
            "two Kronecker products",
            sum(vec![(1.0, kron(&l1, &r1)), (-0.7, kron(&l2, &r2))]),
            "simultaneous",
        ),
        ("Kronecker product and shift", sum(vec![(1.0, kron(&l1, &r2)), (0.3, eye(n))]), ""),
        (
            "permuted Kronecker product",
            product(vec![
                Structured::commutation(p, r),
                Structured::kron(left.clone(), right.clone()).scaled(-1.0),
            ]),
            "",
        ),
        (
            "diagonal plus low rank",
            sum(vec![
                (1.0, Structured::diagonal(shifted(draw))),
                (-0.2 / n as f64, product(vec![column.clone(), other.clone()])),
            ]),
            "",
        ),
        (
            "Kronecker product plus low rank",
            sum(vec![
                (1.0, Structured::kron(left.clone(), right.clone())),
                (0.1, product(vec![column, other])),
            ]),
            "",
        ),
        (
            "weighted squares in a row",
            product(vec![
                Structured::kron(eye(r), Structured::dense(tall.transpose())),
                Structured::diagonal(weights.clone()),
                Structured::kron(eye(r), Structured::dense(tall.clone())),
            ]),
            "",
        ),
        (
            "weighted squares",
            product(vec![
                Structured::kron(Structured::dense(tall.transpose()), eye(r)),
                Structured::diagonal(weights),
                Structured::kron(Structured::dense(tall), eye(r)),
            ]),
            "",
        ),
        (
            "no structure to solve by",
            sum(vec![
                (1.0, Structured::kron(left, right.transpose())),
                (0.3, Structured::commutation(p, r)),
            ]),
            "",
        ),
    ]
}

#[test]
fn every_structure_multiplies_like_the_matrix_written_out() {
    let mut draw = Draw::new();
    for (p, r) in [(1, 1), (2, 3), (3, 2), (5, 4), (8, 7)] {
        for (name, a, _) in square(&mut draw, p, r) {
            check_products(&mut draw, name, &a);
        }
        let wide = Structured::kron(draw.dense(p, r), draw.dense(p + 1, 2));
        check_products(&mut draw, "rectangular", &wide);
        let parts = vec![draw.dense(r, p), draw.dense(p, 1), draw.dense(1, r + 3)];
        check_products(&mut draw, "product", &Structured::product(parts).expect("sizes agree"));
        check_products(&mut draw, "zero", &Structured::zero(p, r));
    }
}

fn check_products(draw: &mut Draw, name: &str, a: &Structured) {
    let (m, n) = a.shape();
    let dense = a.to_dense().expect("small");
    assert_eq!((dense.rows(), dense.cols()), (m, n), "{name}");
    let (x, y) = (draw.vector(n), draw.vector(m));
    let column = |x: &[f64]| Matrix::new(x.len(), 1, x.to_vec()).expect("a column");
    let (ax, aty) = (a.times(&x).expect("fits"), a.transpose_times(&y).expect("fits"));
    // Sums of products of numbers of size 10 in another order.
    let tolerance = 1e-14 * (1.0 + a.norm_bound()) * (m.max(n) as f64);
    let image = matmul(&dense, &column(&x)).expect("fits");
    let back = matmul(&dense.transpose(), &column(&y)).expect("fits");
    for (x, y) in ax.iter().zip(image.data()).chain(aty.iter().zip(back.data())) {
        assert!((x - y).abs() <= tolerance, "{name} {m}×{n}, seed {SEED}: {x} {y}");
    }
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    assert!((dot(&ax, &y) - dot(&x, &aty)).abs() <= tolerance * n as f64, "{name}: adjoint");
    let turned = a.transpose().to_dense().expect("small");
    assert!(turned.plus(-1.0, &dense.transpose()).max_abs() <= tolerance, "{name}: transpose");
    assert!(a.times(&vec![0.0; n + 1]).is_err() && a.transpose_times(&vec![0.0; m + 1]).is_err());
    // The bound bounds: the largest singular value is no less than what a vector shows.
    let shown = dot(&ax, &ax).sqrt() / dot(&x, &x).sqrt().max(f64::MIN_POSITIVE);
    assert!(shown <= a.norm_bound() * (1.0 + 1e-12), "{name}: {shown} {}", a.norm_bound());
}

#[test]
fn every_structure_solves_and_has_its_determinant() {
    let mut draw = Draw::new();
    for (p, r) in [(1, 1), (2, 3), (3, 2), (5, 4), (8, 7)] {
        for (name, a, method) in square(&mut draw, p, r) {
            let n = p * r;
            let dense = a.to_dense().expect("small");
            let reference = Lu::new(&dense).expect("square");
            let rcond = reference.rcond();
            let factored = match Factored::new(&a) {
                Ok(factored) => factored,
                Err(error) => panic!("{name} {p} {r}, seed {SEED}, rcond {rcond:.1e}: {error}"),
            };
            if n > 20 {
                assert!(factored.method().contains(method), "{name}: {}", factored.method());
                let written_out = factored.method().contains("written out");
                assert_eq!(written_out, name == "no structure to solve by", "{name}");
            }
            let b = draw.vector(n);
            let solution = factored.solve(&b).expect("regular");
            assert!(solution.residual <= 1e-14, "{name}: residual {}", solution.residual);
            let right = Matrix::new(n, 1, b.clone()).expect("a column");
            let x = reference.solve(&right).expect("regular");
            let tolerance = 1e-14 * n as f64 / rcond * x.max_abs();
            for (x, y) in solution.x.iter().zip(x.data()) {
                assert!((x - y).abs() <= tolerance, "{name} {p} {r}, seed {SEED}: {x} {y}");
            }
            let (sign, log) = factored.log_abs_det().expect("regular");
            let (s, l) = reference.log_abs_det().expect("regular");
            let tolerance = 1e-13 * n as f64 / rcond.max(1e-3);
            assert!(sign == s && (log - l).abs() <= tolerance, "{name} {p} {r}: {log} {l}");
            assert!(matches!(factored.solve(&vec![1.0; n + 1]), Err(Error::Shape { .. })));
        }
    }
}

#[test]
fn what_is_singular_is_refused() {
    let mut draw = Draw::new();
    let flat = {
        let mut a = draw.regular(4);
        let row = a.row(0).to_vec();
        a.data_mut()[4..8].copy_from_slice(&row);
        Structured::dense(a)
    };
    let eye = Structured::identity;
    // softmax: the vector of ones is mapped to zero.
    let s = {
        let x = draw.vector(6);
        let total: f64 = x.iter().map(|x| x.exp()).sum();
        x.iter().map(|x| x.exp() / total).collect::<Vec<f64>>()
    };
    let column = Structured::dense(Matrix::new(6, 1, s.clone()).expect("a column"));
    let softmax = Structured::sum(vec![
        (1.0, Structured::diagonal(s)),
        (-1.0, Structured::product(vec![column.clone(), column.transpose()]).expect("sizes")),
    ])
    .expect("sizes");
    assert_eq!(softmax.kind(), "diagonal plus rank 1");
    let mut band = Band::zeros(5, 1, 1);
    (0..5).for_each(|i| *band.entry(i, i) = if i == 2 { 0.0 } else { 1.0 });
    *band.entry(0, 1) = 1.0;
    let skew = Structured::sum(vec![(1.0, eye(9)), (-1.0, Structured::commutation(3, 3))]);
    let (a, b) = (draw.definite(3), draw.definite(2));
    let cancelled =
        vec![(1.0, kron(&a, &b)), (-1.0, kron(&a.scaled(1.0 + 1e-17), &b.scaled(1.0 + 1e-17)))];
    let pencil = vec![(1.0, kron(&a, &b)), (-1.0, kron(&a.scaled(2.0), &b.scaled(0.5)))];
    for (name, matrix) in [
        ("dense", flat.clone()),
        ("factor", Structured::kron(flat.clone(), eye(3))),
        (
            "product",
            Structured::product(vec![
                Structured::commutation(4, 2),
                Structured::kron(eye(2), flat),
            ])
            .expect("sizes"),
        ),
        ("diagonal", Structured::diagonal(vec![1.0, 0.0, 2.0])),
        ("band", Structured::band(band)),
        ("softmax", softmax),
        ("identity less commutation", skew.expect("sizes")),
        ("low rank", Structured::product(vec![draw.dense(6, 2), draw.dense(2, 6)]).expect("sizes")),
        ("zero", Structured::zero(3, 3)),
        ("cancelled", Structured::sum(cancelled).expect("sizes")),
        ("pencil", Structured::sum(pencil).expect("sizes")),
        ("factors of low rank", Structured::kron(draw.dense(2, 3), draw.dense(3, 2))),
    ] {
        let found = Factored::new(&matrix);
        assert!(
            matches!(found, Err(Error::Singular { .. } | Error::RankDeficient { .. })),
            "{name} ({}), seed {SEED}: {found:?}",
            matrix.kind()
        );
    }
    assert!(matches!(Factored::new(&draw.dense(2, 3)), Err(Error::NotSquare { .. })));
    let broken = Structured::diagonal(vec![1.0, f64::NAN]);
    assert!(matches!(Factored::new(&broken), Err(Error::NotFinite { .. })));
}

#[test]
fn sizes_that_do_not_fit_are_errors() {
    let mut draw = Draw::new();
    let (a, b) = (draw.dense(2, 3), draw.dense(2, 3));
    assert!(Structured::product(vec![a.clone(), b.clone()]).is_err());
    assert!(Structured::sum(vec![(1.0, a.clone()), (1.0, b.transpose())]).is_err());
    assert!(Structured::sum(Vec::new()).is_err() && Structured::product(Vec::new()).is_err());
    assert!(Structured::of_entries(3, &[(0, 3, 1.0)]).is_err());
    assert!(Blocks::new(vec![Matrix::zeros(2, 2), Matrix::zeros(3, 3)], false).is_none());
}

#[test]
fn entries_become_the_smallest_structure() {
    let tridiagonal: Vec<(usize, usize, f64)> =
        (0..40).flat_map(|i| [(i, i, 2.0), (i, (i + 1).min(39), -0.5), (i, i, 1.0)]).collect();
    let band = Structured::of_entries(40, &tridiagonal).expect("inside");
    assert_eq!(band.kind(), "banded, 0 diagonals below and 1 above");
    assert_eq!(band.to_dense().expect("small")[(7, 7)], 3.0);
    assert_eq!(Structured::of_entries(4, &[(1, 1, 2.0)]).expect("inside").kind(), "diagonal");
    assert_eq!(Structured::of_entries(4, &[(0, 3, 2.0)]).expect("inside").kind(), "dense");
}

#[test]
fn large_systems_are_solved_without_the_matrix() {
    let mut draw = Draw::new();
    // 40,000 unknowns: written out it would take 12.8 GB.
    let (a, b) = (draw.definite(200), draw.definite(200));
    let matrix = Structured::sum(vec![(2.0, kron(&a, &b)), (0.1, Structured::identity(40_000))])
        .expect("sizes");
    let error = matrix.to_dense().expect_err("too large");
    assert!(error.to_string().contains("40000×40000") && error.to_string().contains("12.8 GB"));
    let solution = Factored::new(&matrix).and_then(|f| f.solve(&draw.vector(40_000)));
    assert!(solution.expect("definite").residual < 1e-14);
    // Without a direct method and too large to be written out: conjugate gradients, where they may be used.
    let n = 3000;
    let (u, w) = (draw.matrix(n, 1), draw.vector(n));
    let middle = Structured::kron(draw.dense(50, 50), draw.dense(60, 60));
    let gram = Structured::product(vec![
        middle.transpose(),
        Structured::diagonal(w.iter().map(|w| w * w).collect()),
        middle,
    ])
    .expect("sizes");
    let terms = vec![
        (1.0, gram),
        (500.0, Structured::identity(n)),
        (
            1.0,
            Structured::product(vec![
                Structured::dense(u.clone()),
                Structured::dense(u.transpose()),
            ])
            .expect("sizes"),
        ),
    ];
    let positive = Structured::sum(terms).expect("sizes");
    let factored = Factored::new(&positive).expect("products suffice");
    assert_eq!(factored.method(), "conjugate gradients");
    let solution = factored.solve(&draw.vector(n)).expect("definite");
    assert!(solution.residual < 1e-10 && solution.steps.is_some_and(|steps| steps > 0));
    assert!(matches!(factored.log_abs_det(), Err(Error::NoMethod { .. })));
    let negative = Factored::new(&positive.scaled(-1.0)).expect("products suffice");
    assert!(matches!(negative.solve(&draw.vector(n)), Err(Error::NoMethod { .. })));
}
