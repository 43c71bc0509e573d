//! What was probably meant by a name that is not known.

use beltrami_core::{Notation, Registry};
use beltrami_diag::{Diagnostic, codes, nearest};

/// Names of other systems, and how the same is written here.
const ELSEWHERE: [(&str, &str); 77] = [
    ("trace", "did you mean `tr`?"),
    ("norm", "did you mean `norm2`?"),
    ("fro", "did you mean `norm2`?"),
    ("frobenius", "did you mean `norm2`?"),
    ("length", "the Euclidean length is `norm2(x)`"),
    ("nuclear", "did you mean `normnuc`?"),
    ("trnorm", "did you mean `normnuc`?"),
    ("spectral", "did you mean `normspec`?"),
    ("transpose", "the transpose is written `A'`"),
    ("t", "the transpose is written `A'`"),
    ("T", "the transpose is written `A'`"),
    ("ln", "did you mean `log`?"),
    ("log2", "the binary logarithm is `log(x)/log(2)`"),
    ("log10", "the decimal logarithm is `log(x)/log(10)`"),
    ("asin", "did you mean `arcsin`?"),
    ("acos", "did you mean `arccos`?"),
    ("atan", "did you mean `arctan`?"),
    ("sgn", "did you mean `sign`?"),
    ("signum", "did you mean `sign`?"),
    ("fabs", "did you mean `abs`?"),
    ("heaviside", "did you mean `step`?"),
    ("logistic", "did you mean `sigmoid`?"),
    ("expit", "did you mean `sigmoid`?"),
    ("logit", "write `log(x./(1 - x))`"),
    ("leakyrelu", "did you mean `leaky_relu`?"),
    ("silu", "write `x.*sigmoid(x)`"),
    ("swish", "write `x.*sigmoid(x)`"),
    ("lse", "did you mean `logsumexp`?"),
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
    ("one", "did you mean `ones`?"),
    ("zero", "did you mean `zeros`?"),
    ("diagm", "did you mean `diag`?"),
    ("diagonal", "did you mean `diag`?"),
    ("inverse", "did you mean `inv`?"),
    ("solve", "write `inv(A)*b`; no inverse is computed for it"),
    ("determinant", "did you mean `det`?"),
    ("log_det", "did you mean `logdet`?"),
    ("logabsdet", "did you mean `logdet`?"),
    ("slogdet", "did you mean `logdet`?"),
    ("pseudoinverse", "did you mean `pinv`?"),
    ("adjugate", "did you mean `adj`?"),
    ("adjoint", "the transpose is written `A'`, the adjugate `adj(A)`"),
    ("kronecker", "did you mean `kron`?"),
    ("khatrirao", "did you mean `kr`?"),
    ("flatten", "did you mean `vec`?"),
    ("reshape", "did you mean `unvec`?"),
    ("commutation", "did you mean `K`?"),
    ("matexp", "did you mean `expm`?"),
    ("eigmax", "the largest eigenvalue of a symmetric matrix is `lmax(A)`"),
    ("lambda_max", "the largest eigenvalue of a symmetric matrix is `lmax(A)`"),
    ("maximum", "did you mean `max`?"),
    ("minimum", "did you mean `min`?"),
    ("average", "did you mean `mean`?"),
    ("avg", "did you mean `mean`?"),
    ("total", "did you mean `sum`?"),
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
        "max" => Some(
            "`max(x, y)` compares entry by entry; `norminf(x)` and `logsumexp(x)` come near a largest entry",
        ),
        "min" => Some(
            "`min(x, y)` compares entry by entry; `-logsumexp(-x)` comes near a smallest entry",
        ),
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
