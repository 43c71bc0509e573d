//! Whole arrays in C: calls of CBLAS, and of helpers on LAPACKE.

use beltrami_core::{Dim, Kernel, Spectral};

use super::language::C;
use crate::loops::{Body, Level, Out, Text};
use crate::program::{ArrayId, Operation, derivative_name};

/// A matrix in memory, and whether its transpose is meant.
struct Stored {
    name: String,
    transposed: bool,
    /// Rows and columns in memory.
    sizes: [Dim; 2],
}

impl C {
    /// A scalar that a function returns.
    pub fn scalar_call(&self, body: &mut Body<'_>, id: ArrayId) -> Out<Option<Text>> {
        let args = body.args(id);
        Ok(match (body.operation(id), args) {
            (Operation::Product, [a, b]) if body.rank(id) == 0 => {
                let n = self.count(body, *a);
                let (a, b) = (self.pointer(body, *a)?, self.pointer(body, *b)?);
                Some(Text::atom(format!("cblas_ddot({n}, {a}, 1, {b}, 1)")))
            }
            (Operation::Kernel(Kernel::Norm2), [a]) => {
                let n = self.count(body, *a);
                let a = self.pointer(body, *a)?;
                Some(Text::atom(format!("cblas_dnrm2({n}, {a}, 1)")))
            }
            (Operation::LogDetCholesky, [f]) => {
                let (n, f) = (body.lengths(*f)[0].text.clone(), self.pointer(body, *f)?);
                Some(Text::atom(format!("log_det({n}, {f})")))
            }
            (Operation::LogDetLu, [f]) => {
                let (n, f) = (body.lengths(*f)[0].text.clone(), self.pointer(body, *f)?);
                Some(Text::atom(format!("log_abs_det({n}, {f})")))
            }
            _ => None,
        })
    }

    /// Writes a call that computes an array or a scalar; false when it is no call.
    pub fn call(&self, body: &mut Body<'_>, id: ArrayId) -> Out<bool> {
        let args = body.args(id);
        match (body.operation(id), args) {
            (Operation::Product, [a, b]) if body.rank(id) > 0 => self.product(body, id, *a, *b)?,
            (Operation::Solve, [a, b]) => {
                let matrix = self.stored(body, *a)?;
                let n = self.counted(body, &matrix.sizes[0]);
                let factors = match self.is_spent(body, *a) {
                    true => matrix.name,
                    false => {
                        let factors = body.fresh();
                        let room = matrix.sizes[0].times(&matrix.sizes[0]);
                        body.rooms.push((factors.clone(), room));
                        body.lines.push(copied(&factors, &matrix.name, &[&n, &n]));
                        factors
                    }
                };
                with_permutation(body, &factors, &matrix.sizes[0]);
                body.lines.push(checked(&format!("lu({n}, {factors})")));
                self.lu_solve(body, id, (&n, &factors), *b, matrix.transposed)?;
            }
            (operation @ (Operation::Cholesky | Operation::Lu), [a]) => {
                let n = self.count_along(body, *a, 0);
                let (name, _) = self.overwritten(body, id, *a)?;
                let called = if *operation == Operation::Lu { "lu" } else { "cholesky" };
                if *operation == Operation::Lu {
                    with_permutation(body, &name, &body.axes(id)[0].clone());
                }
                body.lines.push(checked(&format!("{called}({n}, {name})")));
                body.known(id, Text::atom(name));
            }
            (Operation::SolveCholesky, [f, b]) => {
                let (n, f) = (self.count_along(body, *f, 0), self.pointer(body, *f)?);
                let (name, k) = self.overwritten(body, id, *b)?;
                body.lines.push(checked(&format!("cholesky_solve({n}, {f}, {k}, {name})")));
                body.known(id, Text::atom(name));
            }
            (Operation::SolveLu { transposed }, [f, b]) => {
                let (n, f) = (self.count_along(body, *f, 0), self.pointer(body, *f)?);
                self.lu_solve(body, id, (&n, &f), *b, *transposed)?;
            }
            (Operation::SolveTriangular { lower, transposed }, [a, b]) => {
                let matrix = self.stored(body, *a)?;
                let n = self.counted(body, &matrix.sizes[0]);
                let (name, k) = self.overwritten(body, id, *b)?;
                let lower = if *lower == matrix.transposed { "CblasUpper" } else { "CblasLower" };
                let trans = trans(*transposed != matrix.transposed);
                let a = matrix.name;
                let call = format!("triangular_solve({n}, {a}, {lower}, {trans}, {k}, {name})");
                body.lines.push(checked(&call));
                body.known(id, Text::atom(name));
            }
            (Operation::MatrixPower(power), [a]) => {
                let (n, a) = (self.count_along(body, *a, 0), self.pointer(body, *a)?);
                let name = self.target(body, id);
                body.lines.push(checked(&format!("power({n}, {a}, {power}, {name})")));
                body.known(id, Text::atom(name));
            }
            (Operation::Kernel(kernel), [a, rest @ ..]) if *kernel != Kernel::Norm2 => {
                self.kernel(body, id, *kernel, *a, rest)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn kernel(
        &self,
        body: &mut Body<'_>,
        id: ArrayId,
        kernel: Kernel,
        a: ArrayId,
        rest: &[ArrayId],
    ) -> Out<()> {
        let along = match kernel {
            Kernel::Derivative(of) => self.along(body, of, a, rest)?,
            _ => String::new(),
        };
        let weighted = match (kernel, rest) {
            (Kernel::SingularDyads, [weights]) => {
                format!("dyads(#m, #n, #, {})", self.weights(body, *weights)?)
            }
            _ => String::new(),
        };
        // `#` stands for the sizes and the matrix, `#2` and `%2` for further arguments.
        let called = match kernel {
            Kernel::Derivative(_) => along.as_str(),
            Kernel::Det => "determinant(#n, #)",
            Kernel::LogDet => "log_abs_determinant(#n, #)",
            Kernel::DetSign => "determinant_sign(#n, #)",
            Kernel::NormNuc => "nuclear_norm(#m, #n, #)",
            Kernel::NormSpec => "spectral_norm(#m, #n, #)",
            Kernel::SingularValues => "singular_values(#m, #n, #)",
            Kernel::Adj => "adjugate(#n, #)",
            Kernel::Pinv => "pseudoinverse(#m, #n, #)",
            Kernel::Expm => "expm(#n, #)",
            Kernel::Sqrtm => "sqrtm(#n, #)",
            Kernel::Logm => "logm(#n, #)",
            Kernel::Root => "principal_root(#n, #, #2)",
            Kernel::Cosm => "cosm(#n, #)",
            Kernel::Sinm => "sinm(#n, #)",
            Kernel::MatrixSign => "polar_factor(#m, #n, #)",
            Kernel::TopDyad => "top_dyad(#m, #n, #)",
            Kernel::LambdaMax => "largest_eigenvalue(#n, #)",
            Kernel::VectorMax => "top_eigenvector(#n, #)",
            Kernel::InverseRoot => "inverse_root(#n, #, #2)",
            Kernel::SingularClip => "clip_singular(#m, #n, #, #2, #3)",
            Kernel::LowRank => "low_rank(#m, #n, #, %2)",
            Kernel::SingularDyads => weighted.as_str(),
            _ => return Err(body.unsupported(&Operation::Kernel(kernel))),
        };
        if body.rank(a) != 2 {
            return Err(body.unsupported(&Operation::Kernel(kernel)));
        }
        let mut text = body.with_arguments(called, kernel, rest)?;
        if text.contains("#m") {
            text = text.replace("#m", &self.count_along(body, a, 0));
        }
        text = text.replace("#n", &self.count_along(body, a, 1));
        text = text.replace('#', &self.pointer(body, a)?);
        let text = text.strip_suffix(')').unwrap_or(&text);
        let name = self.target(body, id);
        let out = match body.rank(id) {
            0 => {
                body.lines.push(format!("double {name};"));
                format!("&{name}")
            }
            _ => name.clone(),
        };
        body.lines.push(checked(&format!("{}, {out})", text)));
        body.known(id, Text::atom(name));
        Ok(())
    }

    /// The call of a derivative along directions: how many, where they are, and the columns of those that stand for several.
    fn along(
        &self,
        body: &mut Body<'_>,
        of: Spectral,
        a: ArrayId,
        rest: &[ArrayId],
    ) -> Out<String> {
        let directions = &rest[of.arguments() - 1..];
        let parameters = match of {
            Spectral::LowRank => "%2, ",
            Spectral::Root | Spectral::InverseRoot => "#2, ",
            Spectral::SingularClip => "#2, #3, ",
            _ => "",
        };
        let weights = match rest {
            [weights, ..] if of == Spectral::SingularDyads => {
                format!("{}, ", self.weights(body, *weights)?)
            }
            _ => String::new(),
        };
        let (mut places, mut columns) = (Vec::new(), Vec::new());
        for direction in directions {
            places.push(self.pointer(body, *direction)?);
            columns.push(if body.axes(*direction) == body.axes(a) {
                String::from("0")
            } else {
                self.count_along(body, *direction, 1)
            });
        }
        let list = |kind: &str, items: &[String]| match items {
            [] => String::from("NULL"),
            _ => format!("({kind}[]){{{}}}", items.join(", ")),
        };
        let name = derivative_name(of).trim_start_matches('_');
        let sizes = if of.is_square() { "#n" } else { "#m, #n" };
        let (places, columns) =
            (list("const double *const ", &places), list("const size_t ", &columns));
        Ok(format!(
            "{name}({sizes}, #, {parameters}{weights}{}, {places}, {columns})",
            directions.len()
        ))
    }

    /// A column of weights.
    fn weights(&self, body: &mut Body<'_>, id: ArrayId) -> Out<String> {
        if body.rank(id) != 1 {
            return Err(body.unsupported(&Operation::Kernel(Kernel::SingularDyads)));
        }
        self.pointer(body, id)
    }

    fn product(&self, body: &mut Body<'_>, id: ArrayId, a: ArrayId, b: ArrayId) -> Out<()> {
        if body.rank(a) == 2 && body.rank(b) == 2 {
            let (left, right) = (self.stored(body, a)?, self.stored(body, b)?);
            let inner = self.count_along(body, a, 1);
            let (m, n) = (self.count_along(body, a, 0), self.count_along(body, b, 1));
            let (lda, ldb) =
                (self.counted(body, &left.sizes[1]), self.counted(body, &right.sizes[1]));
            let name = self.target(body, id);
            body.lines.push(format!(
                "cblas_dgemm(CblasRowMajor, {}, {}, {m}, {n}, {inner}, 1.0, {}, {lda}, {}, {ldb}, 0.0, {name}, {n});",
                trans(left.transposed),
                trans(right.transposed),
                left.name,
                right.name,
            ));
            body.known(id, Text::atom(name));
            return Ok(());
        }
        // A row times a matrix is the transpose times a column.
        let (matrix, vector, flipped) =
            if body.rank(a) == 2 { (a, b, false) } else { (b, a, true) };
        let matrix = self.stored(body, matrix)?;
        let vector = self.pointer(body, vector)?;
        let (m, n) = (self.counted(body, &matrix.sizes[0]), self.counted(body, &matrix.sizes[1]));
        let name = self.target(body, id);
        body.lines.push(format!(
            "cblas_dgemv(CblasRowMajor, {}, {m}, {n}, 1.0, {}, {n}, {vector}, 1, 0.0, {name}, 1);",
            trans(matrix.transposed != flipped),
            matrix.name,
        ));
        body.known(id, Text::atom(name));
        Ok(())
    }

    fn lu_solve(
        &self,
        body: &mut Body<'_>,
        id: ArrayId,
        (n, factors): (&str, &str),
        right: ArrayId,
        transposed: bool,
    ) -> Out<()> {
        let (name, k) = self.overwritten(body, id, right)?;
        let trans = if transposed { "'T'" } else { "'N'" };
        body.lines.push(checked(&format!("lu_solve({n}, {factors}, {trans}, {k}, {name})")));
        body.known(id, Text::atom(name));
        Ok(())
    }

    /// Memory with the entries of an operand that a call overwrites, and the number of its columns.
    fn overwritten(&self, body: &mut Body<'_>, id: ArrayId, b: ArrayId) -> Out<(String, String)> {
        let from = self.pointer(body, b)?;
        let counts: Vec<String> =
            (0..body.rank(b)).map(|axis| self.count_along(body, b, axis)).collect();
        let name = match self.is_spent(body, b) && id != body.root() {
            true => from,
            false => {
                let name = self.target(body, id);
                let texts: Vec<&str> = counts.iter().map(String::as_str).collect();
                body.lines.push(copied(&name, &from, &texts));
                name
            }
        };
        let columns = counts.get(1).cloned().unwrap_or_else(|| String::from("1"));
        Ok((name, columns))
    }

    /// Whether the memory of an array is its own, and nothing else reads it.
    fn is_spent(&self, body: &Body<'_>, id: ArrayId) -> bool {
        body.text(id).is_some() && !body.is_input(id) && body.uses(id) == 1
    }

    /// A pointer to the entries of an array, row by row.
    fn pointer(&self, body: &mut Body<'_>, id: ArrayId) -> Out<String> {
        use Operation::{Column, Ravel, Reshape, Row};
        if let (None, Reshape(_) | Column | Row | Ravel, [inner]) =
            (body.text(id), body.operation(id), body.args(id))
            && body.rank(*inner) > 0
        {
            return self.pointer(body, *inner);
        }
        body.bind(id)?;
        body.text(id)
            .map(|text| text.text.clone())
            .ok_or_else(|| body.unsupported(body.operation(id)))
    }

    fn stored(&self, body: &mut Body<'_>, id: ArrayId) -> Out<Stored> {
        let (inner, transposed) = match (body.operation(id), body.args(id)) {
            (Operation::Transpose, [inner]) if body.text(id).is_none() => (*inner, true),
            _ => (id, false),
        };
        let name = self.pointer(body, inner)?;
        let axes = body.axes(inner);
        Ok(Stored { name, transposed, sizes: [axes[0].clone(), axes[1].clone()] })
    }

    /// The number of entries of an array, for the library.
    fn count(&self, body: &mut Body<'_>, id: ArrayId) -> String {
        let count = Dim::product(body.axes(id));
        self.counted(body, &count)
    }

    /// A size of an array, for the library.
    fn count_along(&self, body: &mut Body<'_>, id: ArrayId, axis: usize) -> String {
        let dim = body.axes(id)[axis].clone();
        self.counted(body, &dim)
    }

    /// A size that the library counts with its own integers.
    fn counted(&self, body: &mut Body<'_>, dim: &Dim) -> String {
        if !body.counts.contains(dim) && dim.as_symbol().is_none() {
            body.counts.push(dim.clone());
        }
        body.size(dim).text
    }
}

/// Makes room for the permutation of triangular factors, which stands after them.
fn with_permutation(body: &mut Body<'_>, factors: &str, n: &Dim) {
    for (name, count) in &mut body.rooms {
        if name == factors {
            *count = count.plus(n);
        }
    }
}

fn trans(transposed: bool) -> &'static str {
    if transposed { "CblasTrans" } else { "CblasNoTrans" }
}

/// A statement that leaves the function when a call fails.
fn checked(call: &str) -> String {
    format!("if ((status = {call}) != OK) goto done;")
}

fn copied(to: &str, from: &str, counts: &[&str]) -> String {
    let factors: Vec<String> = counts
        .iter()
        .filter(|count| **count != "1")
        .map(|count| match count.contains([' ', '-', '+']) {
            true => Text::new(*count, Level::Sum).at(Level::Atom),
            false => String::from(*count),
        })
        .chain([String::from("sizeof(double)")])
        .collect();
    format!("memcpy({to}, {from}, {});", factors.join(" * "))
}
