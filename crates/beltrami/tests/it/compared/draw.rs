//! Random expressions over every kernel that plans have a way of their own for, and their comparison.

use beltrami::{Drawn, Session};

/// What axes are, and those of them that are products.
const DIMS: &[&str] = &["1", "m", "n", "p", "m*n", "n*p", "m*p", "n*n", "m+n", "n+1"];

/// Sizes: none, one, unequal ones, and one that reaches past vectors of any width.
const SIZES: &[i64] = &[0, 1, 2, 3, 3, 5, 5, 17];

/// How many points were compared; `None` for an expression that does not read.
pub fn compare(seed: u64) -> Result<Option<usize>, String> {
    let mut draw = Draw::new(seed);
    let count = 1 + draw.below(3);
    let texts: Vec<String> = (0..count).map(|_| draw.root()).collect();
    let declarations = draw.declarations();
    let sizes = [(); 3].map(|()| SIZES[draw.below(SIZES.len())]);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    compare_texts(&texts, &declarations, sizes, seed)
}

/// The same for expressions that are given, and the sizes `m`, `n` and `p`; the seed is that of the values.
pub fn compare_texts(
    texts: &[&str],
    declarations: &str,
    sizes: [i64; 3],
    seed: u64,
) -> Result<Option<usize>, String> {
    let size = |name: &str| match name {
        "m" => sizes[0],
        "n" => sizes[1],
        "p" => sizes[2],
        _ => 2,
    };
    let told = || format!("{texts:?}\n    where {declarations}, m, n, p = {sizes:?}");
    // Several results are evaluated together, as a value and its derivatives are.
    let mut graph = None;
    let (mut roots, mut variables) = (Vec::new(), Vec::<Drawn>::new());
    for text in texts {
        let loaded = Session::global().load("<random>", text, declarations, &[]);
        let Ok(loaded) = loaded else {
            if std::env::var_os("BELTRAMI_TRACE").is_some() {
                println!(
                    "{}: {:?}",
                    told(),
                    loaded.err().map(|f| f.diagnostics()[0].message.clone())
                );
            }
            return Ok(None);
        };
        let program = loaded.program;
        let graph = graph.get_or_insert_with(|| program.graph.clone());
        let root = graph.import(&program.graph, program.root).map_err(|e| format!("{e:?}"))?;
        roots.push(root);
        for v in &program.variables {
            let id = graph.import(&program.graph, v.id).map_err(|e| format!("{e:?}"))?;
            if variables.iter().all(|known| known.name != v.name) {
                variables.push(Drawn { name: v.name.clone(), id, range: v.range });
            }
        }
    }
    let Some(graph) = graph else { return Ok(None) };
    super::compare_at_points(&graph, &roots, &variables, &size, seed)
        .map(Some)
        .map_err(|fault| format!("{}\n    {fault}", told()))
}

/// Expressions drawn by their shape.
struct Draw {
    state: u64,
    /// The declared names with their types.
    names: Vec<(String, String)>,
}

impl Draw {
    fn new(seed: u64) -> Draw {
        Draw { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d, names: Vec::new() }
    }

    /// SplitMix64 (Steele, Lea and Flood 2014).
    fn below(&mut self, n: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn of<'a>(&mut self, among: &[&'a str]) -> &'a str {
        among[self.below(among.len())]
    }

    fn root(&mut self) -> String {
        let (rows, cols) = (self.of(DIMS), self.of(DIMS));
        let depth = 2 + self.below(4);
        self.matrix(rows, cols, depth)
    }

    fn declarations(&self) -> String {
        let all: Vec<String> =
            self.names.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
        all.join(", ")
    }

    /// A name of a type, an old one more often than not.
    fn name(&mut self, ty: String) -> String {
        let old: Vec<String> =
            self.names.iter().filter(|(_, other)| *other == ty).map(|(n, _)| n.clone()).collect();
        if !old.is_empty() && self.below(4) > 0 {
            return old[self.below(old.len())].clone();
        }
        let name = format!("V{}", self.names.len());
        self.names.push((name.clone(), ty));
        name
    }

    fn leaf(&mut self, rows: &str, cols: &str) -> String {
        match (rows, cols) {
            ("1", "1") => match self.below(4) {
                0 => self.of(&["2", "-1", "0.5", "3"]).to_owned(),
                _ => self.name("scalar".into()),
            },
            (n, "1") => match self.below(8) {
                0 => format!("ones({n})"),
                _ => self.name(format!("vector({n})")),
            },
            ("1", n) => match self.below(8) {
                0 => format!("ones({n})'"),
                _ => format!("{}'", self.name(format!("vector({n})"))),
            },
            (m, n) if m == n => match self.below(13) {
                0 => format!("eye({m})"),
                1 => format!("ones({m},{m})"),
                2 => format!("zeros({m},{m})"),
                3 => self.name(format!("symmetric({m})")),
                4 => self.name(format!("diagonal({m})")),
                5 => self.name(format!("lower({m})")),
                6 => self.name(format!("upper({m})")),
                7 => self.name(format!("skew({m})")),
                8 => self.name(format!("spd({m})")),
                9 => self.name(format!("orthogonal({m})")),
                _ => self.name(format!("matrix({m},{n})")),
            },
            (m, n) => match self.below(9) {
                0 => format!("ones({m},{n})"),
                _ => self.name(format!("matrix({m},{n})")),
            },
        }
    }

    /// A well-conditioned square matrix.
    fn invertible(&mut self, n: &str, depth: usize) -> String {
        if n == "1" {
            return format!("(2 + {}^2)", self.name("scalar".into()));
        }
        if let (Some((a, b)), 0) = (n.split_once('*'), self.below(2)) {
            let d = depth.saturating_sub(1);
            return format!("kron({}, {})", self.invertible(a, d), self.invertible(b, d));
        }
        match self.below(15) {
            0 => self.name(format!("spd({n})")),
            1 => format!("tril({})", self.name(format!("spd({n})"))),
            2 => format!("triu({})", self.name(format!("spd({n})"))),
            3 => format!("diag(exp(sin({})))", self.matrix(n, "1", depth.saturating_sub(1))),
            4 if depth > 0 => format!("({})'", self.invertible(n, depth - 1)),
            5 if depth > 0 => format!("inv({})", self.invertible(n, depth - 1)),
            6 => format!(
                "({} + {})",
                self.name(format!("spd({n})")),
                self.name(format!("skew({n})"))
            ),
            7 => {
                let a = self.name(format!("matrix({n},{n})"));
                format!("(eye({n}) + {a}'*{a})")
            }
            8..12 => {
                let ty = self.of(&["lower", "upper", "diagonal", "orthogonal"]);
                self.name(format!("{ty}({n})"))
            }
            12 if depth > 0 => {
                format!("({}*{})", self.invertible(n, depth - 1), self.invertible(n, depth - 1))
            }
            13 => {
                let a = self.name(format!("matrix({n},{n})"));
                let w = match self.below(3) {
                    0 => String::new(),
                    1 => format!("diag(exp(sin({})))*", self.name(format!("vector({n})"))),
                    _ => format!("{}*", self.name(format!("spd({n})"))),
                };
                format!("({a}'*{w}{a})")
            }
            _ => format!("({} + eye({n}))", self.name(format!("spd({n})"))),
        }
    }

    /// Two sizes whose product this is.
    fn factors(&mut self, dim: &str) -> Option<(String, String)> {
        if let Some((a, b)) = dim.split_once('*') {
            return Some((a.to_owned(), b.to_owned()));
        }
        (dim != "n+1" && dim != "m+n").then(|| match self.below(2) {
            0 => ("1".to_owned(), dim.to_owned()),
            _ => (dim.to_owned(), "1".to_owned()),
        })
    }

    fn matrix(&mut self, rows: &str, cols: &str, depth: usize) -> String {
        if depth == 0 {
            return self.leaf(rows, cols);
        }
        let d = depth - 1;
        for _ in 0..20 {
            let made = match self.below(34) {
                0..4 => format!("({})'", self.matrix(cols, rows, d)),
                4 => format!("({} + {})", self.matrix(rows, cols, d), self.matrix(rows, cols, d)),
                5 => format!("({} - {})", self.matrix(rows, cols, d), self.matrix(rows, cols, d)),
                6 => format!("({}).*({})", self.matrix(rows, cols, d), self.matrix(rows, cols, d)),
                7 => {
                    let below = self.matrix(rows, cols, d);
                    format!("({})./(2 + ({below}).^2)", self.matrix(rows, cols, d))
                }
                8 => format!("({})*({})", self.matrix("1", "1", d), self.matrix(rows, cols, d)),
                9..12 => {
                    let inner = self.of(DIMS);
                    format!("({})*({})", self.matrix(rows, inner, d), self.matrix(inner, cols, d))
                }
                12 | 13 => {
                    let a = self.invertible(rows, d);
                    let turn = self.of(&["", "'"]);
                    format!("inv({a}{turn})*({})", self.matrix(rows, cols, d))
                }
                14 | 15 => {
                    let a = self.invertible(cols, d);
                    let turn = self.of(&["", "'"]);
                    format!("({})*inv({a}{turn})", self.matrix(rows, cols, d))
                }
                16 if rows == cols => format!("inv({}')", self.invertible(rows, d)),
                17..20 => {
                    let (Some((a, b)), Some((c, e))) = (self.factors(rows), self.factors(cols))
                    else {
                        continue;
                    };
                    format!("kron({}, {})", self.matrix(&a, &c, d), self.matrix(&b, &e, d))
                }
                20 | 21 if rows == cols && rows != "1" => {
                    format!("diag({})", self.matrix(rows, "1", d))
                }
                22 if cols == "1" && rows != "1" => {
                    format!("diag({})", self.matrix(rows, rows, d))
                }
                23 | 24 if cols == "1" && rows != "1" => {
                    let Some((a, b)) = self.factors(rows) else { continue };
                    format!("vec({})", self.matrix(&a, &b, d))
                }
                25 if rows != "1" && cols != "1" && !rows.contains('*') && !cols.contains('*') => {
                    if rows.contains('+') || cols.contains('+') {
                        continue;
                    }
                    let flat = format!("{rows}*{cols}");
                    let known = DIMS.iter().find(|dim| **dim == flat);
                    let Some(flat) = known else { continue };
                    format!("unvec({}, {rows}, {cols})", self.matrix(flat, "1", d))
                }
                26 => {
                    let f = self.of(&["tanh", "sin", "abs", "sigmoid", "relu", "arctan"]);
                    format!("{f}({})", self.matrix(rows, cols, d))
                }
                27 if rows != "1" && cols != "1" => {
                    let f = self.of(&["tril", "triu"]);
                    format!("{f}({})", self.matrix(rows, cols, d))
                }
                28 if rows == "1" => format!("sum({}, 1)", self.matrix("n", cols, d)),
                28 if cols == "1" => format!("sum({}, 2)", self.matrix(rows, "m", d)),
                29 if rows == "1" && cols == "1" => match self.below(8) {
                    0 => format!("sum({})", self.matrix("m", "n", d)),
                    1 => format!("tr({})", self.matrix("n", "n", d)),
                    2 => {
                        let n = self.of(&["n", "m*n"]);
                        format!("logdet({})", self.invertible(n, d))
                    }
                    3 => format!("norm2({})", self.matrix("m", "n*p", d)),
                    4 => format!("logsumexp({})", self.matrix("n", "p", d)),
                    5 => format!("mean({})", self.matrix("n", "p", d)),
                    6 => format!("det({})", self.invertible("n", d)),
                    _ => format!("norminf({})", self.matrix("n", "m", d)),
                },
                30 if rows == "m+n" => {
                    format!("[{}; {}]", self.matrix("m", cols, d), self.matrix("n", cols, d))
                }
                30 if cols == "m+n" => {
                    format!("[{}, {}]", self.matrix(rows, "m", d), self.matrix(rows, "n", d))
                }
                30 if rows == "n+1" => {
                    format!("[{}; {}]", self.matrix("n", cols, d), self.matrix("1", cols, d))
                }
                31 if rows != "1" && cols != "1" => self.einsum(rows, cols, d),
                32 if rows == "n*p" && cols != "1" => {
                    format!("kr({}, {})", self.matrix("n", cols, d), self.matrix("p", cols, d))
                }
                32 if rows == "m*n" && cols == "m*n" => "K(m,n)".to_owned(),
                33 if rows == cols && rows != "1" => format!("({})^2", self.matrix(rows, cols, d)),
                33 if cols == "1" && rows != "1" => {
                    format!("softmax({})", self.matrix(rows, "1", d))
                }
                _ => continue,
            };
            return made;
        }
        self.leaf(rows, cols)
    }

    fn einsum(&mut self, rows: &str, cols: &str, d: usize) -> String {
        let inner = self.of(&["m", "n", "p"]);
        match self.below(6) {
            0 => format!("einsum(\"ji->ij\", {})", self.matrix(cols, rows, d)),
            1 => {
                let (a, b) = (self.matrix(rows, inner, d), self.matrix(cols, inner, d));
                format!("einsum(\"ik,jk->ij\", {a}, {b})")
            }
            2 => {
                let (a, b) = (self.matrix(inner, rows, d), self.matrix(inner, cols, d));
                format!("einsum(\"ki,kj->ij\", {a}, {b})")
            }
            3 => {
                let (a, b) = (self.matrix(rows, cols, d), self.matrix(rows, "1", d));
                format!("einsum(\"ij,i->ij\", {a}, {b})")
            }
            4 => {
                let (a, b) = (self.matrix(cols, rows, d), self.matrix(cols, "1", d));
                format!("einsum(\"ji,j->ij\", {a}, {b})")
            }
            _ => {
                let (Some((a, b)), Some((c, e))) = (self.factors(rows), self.factors(cols)) else {
                    return self.leaf(rows, cols);
                };
                if [&a, &b, &c, &e].into_iter().any(|size| size == "1") {
                    return self.leaf(rows, cols);
                }
                let (x, y) = (self.matrix(&e, &a, d), self.matrix(&b, &c, d));
                format!("einsum(\"li,jk->(ij)(kl)\", {x}, {y})")
            }
        }
    }
}
