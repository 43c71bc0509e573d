//! What was probably meant by a name that is not known.

use beltrami_core::{Notation, Registry};
use beltrami_diag::{Diagnostic, codes, nearest};

/// Names of other systems for what is no one operation here, and how it is written; other names of operations are in their
/// records.
const ELSEWHERE: [(&str, &str); 35] = [
    (
        "prod",
        "the product of the entries of a column is `det(diag(x))`, of positive ones `exp(sum(log(x)))`",
    ),
    ("length", "the Euclidean length is `norm2(x)`"),
    ("transpose", "the transpose is written `A'`"),
    ("t", "the transpose is written `A'`"),
    ("T", "the transpose is written `A'`"),
    ("log2", "the binary logarithm is `log(x)/log(2)`"),
    ("log10", "the decimal logarithm is `log(x)/log(10)`"),
    ("logit", "write `log(x./(1 - x))`"),
    ("logsoftmax", "write `x - logsumexp(x)`"),
    ("crossentropy", "the cross entropy is `-y'*log(softmax(x))`"),
    ("cross_entropy", "the cross entropy is `-y'*log(softmax(x))`"),
    ("entropy", "the entropy is `-x'*log(x)`"),
    ("mse", "the mean squared error is `mean((x - y).^2)`"),
    ("dot", "the inner product is `x'*y`"),
    ("inner", "the inner product is `x'*y`"),
    ("outer", "the outer product is `x*y'`"),
    ("matmul", "the product is written `A*B`"),
    ("mm", "the product is written `A*B`"),
    ("mtimes", "the product is written `A*B`"),
    ("hadamard", "the product entry by entry is written `A.*B`"),
    ("times", "the product entry by entry is written `A.*B`"),
    ("square", "write `x.^2`"),
    ("pow", "powers are written `x^a` and, entry by entry, `x.^a`"),
    ("power", "powers are written `x^a` and, entry by entry, `x.^a`"),
    ("mpower", "powers of matrices are written `A^k`"),
    ("identity", "the identity is `eye(n)`, or `eye` where the context gives the size"),
    ("I", "the identity is `eye(n)`, or `eye` where the context gives the size"),
    ("Id", "the identity is `eye(n)`, or `eye` where the context gives the size"),
    ("solve", "write `inv(A)*b`; no inverse is computed for it"),
    ("adjoint", "the transpose is written `A'`, the adjugate `adj(A)`"),
    ("eigmax", "the largest eigenvalue of a symmetric matrix is `lmax(A)`"),
    ("lambda_max", "the largest eigenvalue of a symmetric matrix is `lmax(A)`"),
    ("grad", "derivatives are asked for with `--by`"),
    ("diff", "derivatives are asked for with `--by`"),
    ("hessian", "second derivatives are asked for with `--order 2`"),
];

/// What a function of this name would be called here.
pub fn function(registry: &Registry, name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let known = |wanted: &str| {
        ELSEWHERE.iter().find(|(theirs, _)| *theirs == wanted).map(|(_, hint)| *hint)
    };
    if let Some(hint) = known(name).or_else(|| known(&lower)) {
        return Some(hint.to_string());
    }
    let called =
        |word: &str| registry.ids().map(|id| registry.op(id)).find(|op| op.aliases.contains(&word));
    if let Some(op) = called(name).or_else(|| called(&lower)) {
        return Some(format!("did you mean `{}`?", op.name));
    }
    let calls = functions(registry).chain(["vector", "matrix"]);
    nearest(name, calls).map(|near| format!("did you mean `{near}`?"))
}

/// The error for a function that stands without arguments.
pub fn bare_function(registry: &Registry, name: &str) -> Option<Diagnostic> {
    let long = name.chars().count() > 1;
    let constant = matches!(name, "vector" | "matrix");
    if !long || !(constant || functions(registry).any(|known| known == name)) {
        return None;
    }
    let hint = if constant { format!("write `{name}(1)`") } else { format!("write `{name}(…)`") };
    Some(
        Diagnostic::error(&codes::E0302, format!("`{name}` is a function, not a variable"))
            .hint(hint),
    )
}

/// A hint for functions of two arguments that are reductions elsewhere.
pub fn one_argument(name: &str) -> Option<&'static str> {
    match name {
        "kron" | "kr" => Some("two matrices are needed, as in `kron(A, B)`"),
        _ => None,
    }
}

/// The error for a variable that does not occur.
pub fn variable(name: &str, known: &[&str], message: String) -> Diagnostic {
    let error = Diagnostic::error(&codes::E0302, message);
    let other_case = known.iter().find(|other| other.to_lowercase() == name.to_lowercase());
    match other_case.copied().or_else(|| nearest(name, known.iter().copied())) {
        Some(near) if name.chars().count() > 1 || near.to_lowercase() == name.to_lowercase() => {
            error.hint(format!("did you mean `{near}`?"))
        }
        _ if known.is_empty() => error.hint("the expression has no variables"),
        _ => {
            let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            error.hint(format!("the variables are {}", known.join(", ")))
        }
    }
}

fn functions(registry: &Registry) -> impl Iterator<Item = &'static str> + '_ {
    registry.names().filter(|name| {
        registry.named(name).iter().any(|op| registry.op(*op).notation == Notation::Call)
    })
}
