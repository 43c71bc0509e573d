//! The spellings of array operations: a row for each, a column for each library.

use beltrami_core::{Dim, Kernel, Map, Registry};

use super::library::Library;
use crate::module::Unsupported;
use crate::program::Operation;
use crate::size::{self, SizeNames};

/// What a spelling depends on.
pub(super) struct Context<'a> {
    pub library: &'a Library,
    pub registry: &'a Registry,
    pub sizes: &'a SizeNames,
    /// Further arguments of what makes an array from sizes.
    pub like: &'a str,
    /// The number of axes of each argument.
    pub ranks: Vec<usize>,
}

/// A row: NumPy, PyTorch, JAX; an empty spelling is none.
type Row = [String; 3];

/// The template of an operation, `#1`, `#2`, … standing for its arguments.
pub(super) fn spelling(
    operation: &Operation,
    context: &Context<'_>,
) -> Result<String, Unsupported> {
    let row = row(operation, context);
    match &row[context.library.column] {
        none if none.is_empty() => Err(Unsupported::new(format!(
            "`{}`, which {} has no function for",
            described(operation, context.registry),
            context.library.title
        ))),
        template => Ok(template.replace("{like}", context.like)),
    }
}

/// One spelling, `xp` standing for the library.
fn all(template: &str) -> Row {
    ["np.", "torch.", "jnp."].map(|library| template.replace("xp.", library))
}

fn each(numpy: &str, torch: &str, jax: &str) -> Row {
    [numpy, torch, jax].map(String::from)
}

fn row(operation: &Operation, context: &Context<'_>) -> Row {
    use Operation::*;
    let size = |dim: &Dim| size::size(dim, context.sizes);
    let tuple = |dims: &[Dim]| size::tuple(dims, context.sizes);
    let rank = |arg: usize| context.ranks.get(arg).copied().unwrap_or(0);
    let plain = (1..=context.ranks.len()).map(|k| format!("#{k}")).collect::<Vec<_>>().join(", ");
    match operation {
        // These are written without a template.
        Input(_) | Number(_) | Size(_) | Entrywise(_) | Negative | Product => all(""),
        Map(map, template) => function(*map, template),
        Maximum => all("xp.maximum(#1, #2)"),
        Minimum => all("xp.minimum(#1, #2)"),
        Above => each(
            "0.5 * (#1 > #2) + 0.5 * (#1 >= #2)",
            "0.5 * (#1 > #2).to(#1.dtype) + 0.5 * (#1 >= #2).to(#1.dtype)",
            "_above(#1, #2)",
        ),
        Outer => all("xp.outer(#1, #2)"),
        Transpose => all(crate::code::TRANSPOSED),
        Column => all("#1[:, None]"),
        Row => all("#1[None, :]"),
        Reshape(axes) => all(&format!("xp.reshape(#1, {})", tuple(axes))),
        Ravel => all("#1.ravel()"),
        StackedColumns => {
            each("#1.ravel(order=\"F\")", "#1.T.reshape(-1)", "#1.ravel(order=\"F\")")
        }
        Unstacked(m, n) => {
            let (m, n) = (size(m), size(n));
            let numpy = format!("np.reshape(#1, ({m}, {n}), order=\"F\")");
            let jax = numpy.replace("np.", "jnp.");
            [numpy, format!("torch.reshape(#1, ({n}, {m})).T"), jax]
        }
        Entry(places) => {
            let text: Vec<String> = places.iter().map(size).collect();
            let text = text.join(", ");
            let inside = places.iter().all(|place| place.as_constant() == Some(0));
            // JAX takes the nearest entry where there is none.
            let jax = if inside { format!("#1[{text}]") } else { format!("_entry(#1, {text})") };
            [format!("#1[{text}]"), format!("#1[{text}]"), jax]
        }
        Sum => all("xp.sum(#1)"),
        Largest => all("xp.max(#1)"),
        SumAlong(axis) => each(
            &format!("np.sum(#1, axis={axis})"),
            &format!("torch.sum(#1, dim={axis})"),
            &format!("jnp.sum(#1, axis={axis})"),
        ),
        Mean => all("xp.mean(#1)"),
        Trace => all("xp.trace(#1)"),
        Diagonalised | Diagonal => all("xp.diag(#1)"),
        Lower => all("xp.tril(#1)"),
        Upper => all("xp.triu(#1)"),
        // PyTorch cannot take the product of transposed tensors.
        Kron => each(
            "np.kron(#1, #2)",
            "torch.kron(#1.contiguous(), #2.contiguous())",
            "jnp.kron(#1, #2)",
        ),
        KhatriRao => all("_khatri_rao(#1, #2)"),
        Eye(n) => all(&format!("xp.eye({}{{like}})", size(n))),
        Filled(one, axes) => {
            let axes = if let [n] = axes.as_slice() { size(n) } else { tuple(axes) };
            let template = if *one { "xp.ones(#{like})" } else { "xp.zeros(#{like})" };
            all(&template.replace('#', &axes))
        }
        Commutation(m, n) => all(&format!("_commutation({}, {}{{like}})", size(m), size(n))),
        Unit(i, n) => all(&format!("_unit({}, {}{{like}})", size(i), size(n))),
        Einsum(words, kept) => {
            let text = format!("xp.einsum(\"{}->{kept}\", {plain}", words.join(","));
            let optimize = if words.len() > 2 { ", optimize=True" } else { "" };
            let [numpy, torch, jax] = all(&text);
            [format!("{numpy}{optimize})"), format!("{torch})"), format!("{jax})")]
        }
        Solve
        | Cholesky
        | SolveCholesky
        | LogDetCholesky
        | Lu
        | SolveLu { .. }
        | LogDetLu
        | SolveTriangular { .. } => solved(operation, rank(1)),
        MatrixPower(power) => all(&format!("xp.linalg.matrix_power(#1, {power})")),
        Concatenate => concatenated(context),
        StackRows => all(&format!("xp.vstack(({plain}))")),
        StackColumns => all(&format!("xp.hstack(({plain}))")),
        Kernel(beltrami_core::Kernel::Derivative(of)) => {
            all(&format!("{}({plain})", crate::program::derivative_name(*of)))
        }
        Kernel(kernel) => of_kernel(*kernel, rank(0)),
    }
}

/// Columns below each other, numbers among them.
fn concatenated(context: &Context<'_>) -> Row {
    let holes = |library: &str| {
        let holes = context.ranks.iter().enumerate().map(|(place, rank)| match rank {
            0 => format!("{library}.atleast_1d(#{})", place + 1),
            _ => format!("#{}", place + 1),
        });
        holes.collect::<Vec<_>>().join(", ")
    };
    // Numbers of the formula may be integers.
    let (float, like) = match context.ranks.contains(&0) {
        true => (", dtype=float", context.like),
        false => ("", ""),
    };
    [
        format!("np.concatenate(({}){float})", holes("np")),
        format!("torch.cat(({}))", holes("torch")),
        format!("jnp.concatenate(({}){like})", holes("jnp")),
    ]
}

/// Factorisations and systems of equations, with so many axes on the right-hand side; an empty row for everything else.
fn solved(operation: &Operation, columns: usize) -> Row {
    use Operation::*;
    match operation {
        Solve => all("xp.linalg.solve(#1, #2)"),
        Cholesky => each(
            "scipy.linalg.cho_factor(#1)",
            "torch.linalg.cholesky(#1)",
            "jnp.linalg.cholesky(#1)",
        ),
        SolveCholesky => each(
            "scipy.linalg.cho_solve(#1, #2)",
            &of_columns("torch.cholesky_solve(#2, #1)", columns),
            "jax.scipy.linalg.cho_solve((#1, True), #2)",
        ),
        LogDetCholesky => each(
            "2 * np.sum(np.log(np.diag(#1[0])))",
            "2 * torch.sum(torch.log(torch.diag(#1)))",
            "2 * jnp.sum(jnp.log(jnp.diag(#1)))",
        ),
        Lu => each("_lu(#1)", "torch.linalg.lu_factor(#1)", "jax.scipy.linalg.lu_factor(#1)"),
        SolveLu { transposed } => {
            let (trans, adjoint) =
                if *transposed { (", trans=1", ", adjoint=True") } else { ("", "") };
            [
                format!("scipy.linalg.lu_solve(#1, #2{trans})"),
                of_columns(&format!("torch.linalg.lu_solve(*#1, #2{adjoint})"), columns),
                format!("jax.scipy.linalg.lu_solve(#1, #2{trans})"),
            ]
        }
        LogDetLu => all("xp.sum(xp.log(xp.abs(xp.diag(#1[0]))))"),
        SolveTriangular { lower, transposed } => {
            let options = format!(
                "{}{}",
                if *lower { ", lower=True" } else { "" },
                if *transposed { ", trans=\"T\"" } else { "" }
            );
            let (matrix, lower) = if *transposed { ("#1.T", !lower) } else { ("#1", *lower) };
            let upper = if lower { "False" } else { "True" };
            let torch = format!("torch.linalg.solve_triangular({matrix}, #2, upper={upper})");
            [
                format!("scipy.linalg.solve_triangular(#1, #2{options})"),
                of_columns(&torch, columns),
                format!(
                    "jax.scipy.linalg.solve_triangular(#1, #2{})",
                    options.replace("\"T\"", "1")
                ),
            ]
        }
        _ => all(""),
    }
}

/// A template for matrices `#2`, for a vector if need be.
fn of_columns(template: &str, rank: usize) -> String {
    match rank {
        1 => format!("{}[:, 0]", template.replace("#2", "#2[:, None]")),
        _ => String::from(template),
    }
}

fn of_kernel(kernel: Kernel, rank: usize) -> Row {
    match kernel {
        Kernel::Det => all("xp.linalg.det(#1)"),
        Kernel::LogDet => all("xp.linalg.slogdet(#1)[1]"),
        Kernel::DetSign => all("xp.linalg.slogdet(#1)[0]"),
        Kernel::Adj => all("_adjugate(#1)"),
        Kernel::Pinv => all("xp.linalg.pinv(#1)"),
        Kernel::Norm1 => all("xp.sum(xp.abs(#1))"),
        Kernel::NormInf => all("xp.max(xp.abs(#1))"),
        Kernel::NormNuc => {
            each("np.linalg.norm(#1, \"nuc\")", "_nuclear_norm(#1)", "jnp.linalg.norm(#1, \"nuc\")")
        }
        Kernel::NormSpec => all("xp.linalg.norm(#1, 2)"),
        Kernel::Norm2 => all("xp.linalg.norm(#1)"),
        Kernel::LogSumExp => each(
            "scipy.special.logsumexp(#1)",
            "torch.logsumexp(#1.ravel(), 0)",
            "jax.scipy.special.logsumexp(#1)",
        ),
        Kernel::Softmax => each(
            "scipy.special.softmax(#1)",
            if rank == 1 {
                "torch.softmax(#1, 0)"
            } else {
                "torch.softmax(#1.ravel(), 0).reshape(#1.shape)"
            },
            "jax.nn.softmax(#1, axis=None)",
        ),
        Kernel::Expm => each(
            "scipy.linalg.expm(#1)",
            "torch.linalg.matrix_exp(#1)",
            "jax.scipy.linalg.expm(#1)",
        ),
        Kernel::Logm => each("np.real(scipy.linalg.logm(#1))", "_logm(#1)", "_logm(#1)"),
        Kernel::Sqrtm => each(
            "np.real(scipy.linalg.sqrtm(#1))",
            "_sqrtm(#1)",
            "jnp.real(jax.scipy.linalg.sqrtm(#1))",
        ),
        Kernel::Root => all("_root(#1, #2)"),
        Kernel::Cosm => each("scipy.linalg.cosm(#1)", "_cosm(#1)", "_cosm(#1)"),
        Kernel::Sinm => each("scipy.linalg.sinm(#1)", "_sinm(#1)", "_sinm(#1)"),
        Kernel::LambdaMax => all("xp.linalg.eigvalsh(#1)[-1]"),
        Kernel::VectorMax => all("_top_eigenvector(#1)"),
        Kernel::MatrixSign => all("_polar_factor(#1)"),
        Kernel::TopDyad => all("_top_dyad(#1)"),
        Kernel::SingularValues => all("_singular_values(#1)"),
        Kernel::InverseRoot => all("_inverse_root(#1, #2)"),
        Kernel::SingularClip => all("_clip_singular(#1, #2, #3)"),
        Kernel::LowRank => all("_low_rank(#1, #2)"),
        Kernel::SingularDyads => all("_dyads(#1, #2)"),
        // All others are array operations of their own.
        _ => all(""),
    }
}

/// A scalar function: PyTorch has its own spelling, JAX that of NumPy.
fn function(map: Map, numpy: &str) -> Row {
    let torch = map.record().spelling.torch;
    let numpy = from_record(numpy);
    let jax = numpy.replace("np.", "jnp.");
    [numpy, String::from(torch), jax]
}

/// A record's template, its parentheses around arguments left to the printer where they are not those of a call.
fn from_record(template: &str) -> String {
    let mut out = template.to_owned();
    for hole in ["#1", "#2"] {
        let enclosed = format!("({hole})");
        let mut from = 0;
        while let Some(at) = out[from..].find(&enclosed).map(|at| from + at) {
            let called = out[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            if !called {
                out.replace_range(at..at + enclosed.len(), hole);
            }
            from = at + hole.len();
        }
    }
    out
}

/// What an operation without a spelling is called.
fn described(operation: &Operation, registry: &Registry) -> String {
    match operation {
        Operation::Kernel(kernel) => match registry.with_kernel(*kernel) {
            Some(id) => String::from(registry.op(id).name),
            None => format!("{kernel:?}"),
        },
        other => format!("{other:?}"),
    }
}
