//! The spellings of array operations in Julia.

use beltrami_core::{Dim, Kernel, Registry};

use crate::loops::described;
use crate::module::Unsupported;
use crate::program::Operation;
use crate::size::{self, SizeNames};

/// What a spelling depends on.
pub(super) struct Context<'a> {
    pub registry: &'a Registry,
    pub sizes: &'a SizeNames,
    /// The sizes of the axes of each argument.
    pub axes: Vec<Vec<Dim>>,
    /// Names of indices.
    pub indices: Vec<String>,
}

/// The template of an operation, `#1`, `#2`, … standing for its arguments.
pub(super) fn spelling(
    operation: &Operation,
    context: &Context<'_>,
) -> Result<String, Unsupported> {
    use Operation::*;
    let size = |dim: &Dim| size::size(dim, context.sizes);
    let list = |dims: &[Dim]| dims.iter().map(size).collect::<Vec<_>>().join(", ");
    let rank = |arg: usize| context.axes.get(arg).map_or(0, Vec::len);
    let dotted = |name: &str| format!("{name}{}(#1)", if rank(0) > 0 { "." } else { "" });
    let all = (1..=context.axes.len()).map(|k| format!("#{k}")).collect::<Vec<_>>().join(", ");
    let text = match operation {
        Map(map, _) => dotted(map.record().spelling.julia),
        Maximum | Minimum | Above => {
            let dot = if rank(0).max(rank(1)) > 0 { "." } else { "" };
            match operation {
                Maximum => format!("max{dot}(#1, #2)"),
                Minimum => format!("min{dot}(#1, #2)"),
                _ => format!("_above{dot}(#1, #2)"),
            }
        }
        Outer => String::from("#1 * #2'"),
        Transpose => String::from(crate::code::ADJOINT),
        Column => String::from("reshape(#1, :, 1)"),
        Row => String::from("reshape(#1, 1, :)"),
        Reshape(axes) if rank(0) == 0 => format!("fill(#1, {})", list(axes)),
        Reshape(axes) => {
            let plain = |dims: &[Dim]| -> Vec<Dim> {
                dims.iter().filter(|dim| !dim.is_one()).cloned().collect()
            };
            let name = if plain(axes) == plain(&context.axes[0]) { "reshape" } else { "_reshaped" };
            format!("{name}(#1, {})", list(axes))
        }
        Ravel | StackedColumns => String::from("vec(#1)"),
        Unstacked(m, n) => format!("reshape(#1, {}, {})", size(m), size(n)),
        Entry(places) => {
            let mut at: Vec<String> =
                places.iter().map(|place| size(&place.plus(&Dim::one()))).collect();
            at.resize(rank(0), String::from(":"));
            format!("#1[{}]", at.join(", "))
        }
        Sum => String::from("sum(#1)"),
        Largest => String::from("maximum(#1)"),
        SumAlong(axis) => format!("vec(sum(#1, dims = {}))", axis + 1),
        Trace => String::from("tr(#1)"),
        Diagonalised => String::from("diagm(#1)"),
        Diagonal => String::from("diag(#1)"),
        Lower => String::from("tril(#1)"),
        Upper => String::from("triu(#1)"),
        Kron => String::from("kron(#1, #2)"),
        KhatriRao => String::from("_khatri_rao(#1, #2)"),
        Eye(n) => format!("Matrix(1.0I, {0}, {0})", size(n)),
        Filled(true, axes) if axes.is_empty() => String::from("1.0"),
        Filled(false, axes) if axes.is_empty() => String::from("0.0"),
        Filled(true, axes) => format!("ones({})", list(axes)),
        Filled(false, axes) => format!("zeros({})", list(axes)),
        Commutation(m, n) => format!("_commutation({}, {})", size(m), size(n)),
        Unit(i, n) => format!("_unit({}, {})", size(i), size(n)),
        Einsum(words, kept) => einsum(words, kept, context),
        Solve | SolveCholesky | SolveLu { transposed: false } => String::from("#1 \\ #2"),
        SolveLu { transposed: true } => String::from("#1' \\ #2"),
        Cholesky => String::from("cholesky(Symmetric(#1))"),
        LogDetCholesky => String::from("logdet(#1)"),
        Lu => String::from("lu(#1)"),
        LogDetLu => String::from("logabsdet(#1)[1]"),
        SolveTriangular { lower, transposed } => {
            let name = if *lower { "LowerTriangular" } else { "UpperTriangular" };
            format!("{name}(#1){} \\ #2", if *transposed { "'" } else { "" })
        }
        Concatenate | StackRows => format!("vcat({all})"),
        StackColumns => format!("hcat({all})"),
        Kernel(beltrami_core::Kernel::Derivative(of)) => {
            format!("{}({all})", crate::program::derivative_name(*of))
        }
        Kernel(kernel) => String::from(of_kernel(*kernel)),
        // The others are written without a template, or taken apart before.
        _ => String::new(),
    };
    if !text.is_empty() {
        return Ok(text);
    }
    let what = match operation {
        Kernel(kernel) => described(*kernel, context.registry),
        other => format!("{other:?}"),
    };
    Err(Unsupported::new(format!("`{what}`, which Julia has no function for")))
}

/// A sum of products as a comprehension.
fn einsum(words: &[String], kept: &str, context: &Context<'_>) -> String {
    let mut letters: Vec<char> = kept.chars().collect();
    for letter in words.iter().flat_map(|word| word.chars()) {
        if !letters.contains(&letter) {
            letters.push(letter);
        }
    }
    let index = |letter: char| -> String {
        let place = letters.iter().position(|c| *c == letter).unwrap_or(0);
        context.indices.get(place).cloned().unwrap_or_else(|| format!("i{place}"))
    };
    let range = |letter: &char| {
        let mut places = words
            .iter()
            .zip(&context.axes)
            .filter_map(|(word, axes)| axes.get(word.chars().position(|c| c == *letter)?));
        let n = places.next().map_or_else(|| String::from("1"), |n| size::size(n, context.sizes));
        format!("{} in 1:{n}", index(*letter))
    };
    let factors: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(arg, word)| {
            let at: Vec<String> = word.chars().map(index).collect();
            if at.is_empty() {
                format!("#{}", arg + 1)
            } else {
                format!("#{}[{}]", arg + 1, at.join(", "))
            }
        })
        .collect();
    let ranges = |letters: &[char]| letters.iter().map(range).collect::<Vec<_>>().join(", ");
    let mut text = factors.join(" * ");
    let (outer, inner) = letters.split_at(kept.chars().count());
    if !inner.is_empty() {
        text = format!("sum({text} for {})", ranges(inner));
    }
    if outer.is_empty() { text } else { format!("[{text} for {}]", ranges(outer)) }
}

fn of_kernel(kernel: Kernel) -> &'static str {
    match kernel {
        Kernel::Det => "det(#1)",
        Kernel::LogDet => "logabsdet(#1)[1]",
        Kernel::DetSign => "logabsdet(#1)[2]",
        Kernel::Adj => "_adjugate(#1)",
        Kernel::Pinv => "pinv(#1)",
        Kernel::NormNuc => "sum(svdvals(#1))",
        Kernel::NormSpec => "opnorm(#1)",
        Kernel::Norm2 => "norm(#1)",
        Kernel::Expm => "exp(#1)",
        Kernel::Logm => "real(log(#1))",
        Kernel::Sqrtm => "real(sqrt(#1))",
        Kernel::Root => "_root(#1, #2)",
        Kernel::Cosm => "cos(#1)",
        Kernel::Sinm => "sin(#1)",
        Kernel::LambdaMax => "eigmax(Symmetric(#1))",
        Kernel::VectorMax => "_top_eigenvector(#1)",
        Kernel::MatrixSign => "_polar_factor(#1)",
        Kernel::TopDyad => "_top_dyad(#1)",
        Kernel::SingularValues => "svdvals(#1)",
        Kernel::InverseRoot => "_inverse_root(#1, #2)",
        Kernel::SingularClip => "_clip_singular(#1, #2, #3)",
        Kernel::LowRank => "_low_rank(#1, #2)",
        Kernel::SingularDyads => "_dyads(#1, #2)",
        // The rest are operations of their own.
        _ => "",
    }
}
