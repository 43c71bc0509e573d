//! Equal functions in two random spellings have equal conditions.
//!
//! `BELTRAMI_CASES` is how many pairs are drawn, `BELTRAMI_SEED` the first seed; both are printed on failure.

use std::collections::BTreeSet;

use beltrami::{DeriveOptions, Session};
use beltrami_testkit::Choice;

/// How many pairs are drawn without `BELTRAMI_CASES`.
const CASES: u64 = 500;
/// The first seed without `BELTRAMI_SEED`.
const SEED: u64 = 1;

const NAMES: &str =
    "a: scalar, b: scalar, x: vector(n), y: vector(n), A: matrix(n,n), B: matrix(n,n), P: spd(n)";

/// What a text stands for.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Scalar,
    Column,
    Square,
}

impl Kind {
    /// The letter of bound names.
    fn letter(self) -> &'static str {
        match self {
            Kind::Scalar => "s",
            Kind::Column => "v",
            Kind::Square => "M",
        }
    }
}

/// Equal functions wherever one of them and its derivative exists; `{s}` and `{t}` stand for scalars, `{v}` and `{w}` for
/// columns, `{M}` and `{N}` for square matrices.
const SCALARS: &[&[&str]] = &[
    &["{s} + {t}", "{t} + {s}"],
    &["{s}*{t}", "{t}*{s}"],
    &["{s} - {t}", "-{t} + {s}", "-({t} - {s})"],
    &["{s}/{t}", "{s}*{t}^-1", "{s}*(1/{t})", "1/{t}*{s}", "-{s}/(-{t})"],
    &["sqrt({s})", "{s}^0.5", "{s}^(1/2)"],
    &["1/sqrt({s})", "{s}^-0.5", "sqrt({s})^-1"],
    &["{s}^-2", "1/{s}^2", "1/({s}*{s})", "(1/{s})^2"],
    &["{s}^2", "{s}*{s}", "abs({s})^2"],
    &["{s}^3", "{s}^2*{s}", "{s}*{s}*{s}"],
    &["abs({s})", "abs(-{s})"],
    &["exp({s})*exp({t})", "exp({s} + {t})"],
    &["1/exp({s})", "exp(-{s})", "exp({s})^-1"],
    &["log(1/{s})", "-log({s})"],
    &["log({s})/2", "log(sqrt({s}))"],
    &["{v}'*{w}", "{w}'*{v}", "sum({v}.*{w})", "tr({v}*{w}')"],
    &["norm2({v})", "sqrt({v}'*{v})", "sqrt(sum({v}.^2))", "({v}'*{v})^0.5", "norm2(-{v})"],
    &["1/norm2({v})", "norm2({v})^-1", "({v}'*{v})^-0.5"],
    &["norm2({v})^2", "{v}'*{v}", "sum({v}.^2)", "sum({v}.*{v})"],
    &["norm2({v})^3", "({v}'*{v})^1.5", "norm2({v})^2*norm2({v})"],
    &["sum({v})", "ones(n)'*{v}", "{v}'*ones(n)"],
    &["sum(relu({v}).^2)", "relu({v})'*relu({v})", "norm2(relu({v}))^2"],
    &["tr({M})", "tr({M}')"],
    &["tr({M}*{N})", "tr({N}*{M})", "sum({M}'.*{N})"],
    &["det({M})", "det({M}')"],
    &["logdet({M})", "log(abs(det({M})))", "-logdet(inv({M}))"],
    &["det({M}*{N})", "det({M})*det({N})", "det({N}*{M})"],
    &["1/det({M})", "det(inv({M}))", "det({M})^-1", "det({M}^-1)"],
    &["norm2({M})", "sqrt(tr({M}'*{M}))", "sqrt(sum({M}.^2))"],
    &["relu({s})", "max({s}, 0)"],
    &["{v}'*{M}*{w}", "{w}'*{M}'*{v}", "tr({M}*{w}*{v}')"],
    &["{v}'*inv({M})*{w}", "{v}'*{M}^-1*{w}"],
    &["{s}/{t}^2", "{s}/({t}*{t})", "({s}/{t})/{t}", "{s}*{t}^-2"],
    &["{s}/{t} + 1", "({s} + {t})/{t}"],
    &["{s}^{t}", "exp({t}*log({s}))"],
    &["relu({s})^2", "max({s}, 0)^2", "max(0, {s})^2", "relu({s})*relu({s})"],
    &["abs({s})", "sqrt({s}^2)", "({s}*{s})^0.5", "max({s}, -{s})"],
    &["log({s}^2)", "2*log(abs({s}))"],
    &["sigmoid({s})", "1/(1 + exp(-{s}))", "exp({s})/(exp({s}) + 1)"],
    &["log(1 + exp({s}))", "softplus({s})", "-log(sigmoid(-{s}))"],
    &["cosh({s})", "(exp({s}) + exp(-{s}))/2", "cosh(-{s})"],
    &["tan({s})", "sin({s})/cos({s})"],
    &["logsumexp({v})", "log(sum(exp({v})))"],
    &["sum({v})/n", "mean({v})"],
    &["norm1({v})", "sum(abs({v}))", "sum(abs(-{v}))"],
    &["norm2({v} - {w})^2", "({v} - {w})'*({v} - {w})", "sum(({w} - {v}).^2)"],
    &["{v}'*{w}/(norm2({v})*norm2({w}))", "cosine({v}, {w})", "{v}'*{w}/norm2({v})/norm2({w})"],
    &["tr({M}'*{N})", "sum({M}.*{N})", "tr({N}*{M}')", "vec({M})'*vec({N})"],
    &["norm2({M})^2", "tr({M}*{M}')", "sum({M}.*{M})", "sum({M}.^2)"],
    &["normnuc({M})", "sum(svdvals({M}))"],
    &["tr(inv({M}))", "tr({M}^-1)", "tr(inv({M}'))"],
    &["log(det(P))", "logdet(P)", "-logdet(inv(P))", "2*log(sqrt(det(P)))", "log(abs(det(P)))"],
    &["{v}'*inv(P)*{v}", "{v}'*P^-1*{v}", "tr(inv(P)*{v}*{v}')"],
];
const COLUMNS: &[&[&str]] = &[
    &["{v} + {w}", "{w} + {v}"],
    &["{s}*{v}", "{v}*{s}"],
    &["{v}/{s}", "{v}*{s}^-1", "(1/{s})*{v}"],
    &["{M}*{v}", "({v}'*{M}')'"],
    &["inv({M})*{v}", "{M}^-1*{v}"],
    &["{v}./{w}", "{v}.*{w}.^-1", "{v}.*(ones(n)./{w})"],
    &["{v}.*{w}", "{w}.*{v}", "diag({v})*{w}"],
    &["{v}/norm2({v})", "{v}/sqrt({v}'*{v})", "{v}*(({v}'*{v})^-0.5)"],
    &["sqrt({v})", "{v}.^0.5"],
    &["{v}.^2", "{v}.*{v}"],
    &["exp(-{v})", "ones(n)./exp({v})"],
    &["abs({v})", "abs(-{v})", "sqrt({v}.^2)", "sqrt({v}.*{v})"],
    &["{v}.^-1", "ones(n)./{v}"],
    &["relu({v})", "max({v}, 0)", "max({v}, zeros(n))"],
    &["softmax({v})", "exp({v})/sum(exp({v}))"],
    &["sigmoid({v})", "ones(n)./(1 + exp(-{v}))"],
    &["log({v})/2", "log(sqrt({v}))"],
    &["inv(P)*{v}", "P^-1*{v}"],
];
const SQUARES: &[&[&str]] = &[
    &["{M} + {N}", "{N} + {M}"],
    &["({M}*{N})'", "{N}'*{M}'"],
    &["inv({M})", "{M}^-1"],
    &["inv({M}*{N})", "inv({N})*inv({M})"],
    &["{s}*{M}", "{M}*{s}"],
    &["{M}/{s}", "{s}^-1*{M}"],
    &["inv({s}*{M})", "inv({M})/{s}"],
    &["{M}^2", "{M}*{M}"],
    &["{M}^-2", "inv({M}*{M})", "inv({M})*inv({M})", "inv({M})^2"],
    &["inv({M}')", "inv({M})'"],
    &["inv({M})*{N}", "{M}^-1*{N}"],
    &["{v}*{w}'", "({w}*{v}')'"],
    &["diag({v})*{M}", "({v}*ones(n)').*{M}"],
    &["inv({M})*{M}*{N}", "{M}^-1*{M}*{N}"],
    &["{M}.*{M}", "{M}.^2"],
];

/// A function in two spellings, each with the names that it binds.
type Pair = (Spelling, Spelling);

#[derive(Clone, Default)]
struct Spelling {
    bindings: Vec<String>,
    text: String,
}

impl Spelling {
    /// This spelling in place of a hole of another one, by chance bound to a name.
    fn fill(self, whole: &mut Spelling, hole: &str, name: Option<String>) {
        whole.bindings.extend(self.bindings);
        let text = match name {
            Some(name) => {
                whole.bindings.push(format!("{name} = {}", self.text));
                name
            }
            None => self.text,
        };
        whole.text = whole.text.replace(hole, &text);
    }

    fn program(&self) -> String {
        let statements = self.bindings.iter().chain([&self.text]);
        statements.cloned().collect::<Vec<_>>().join("\n")
    }
}

fn leaf(choice: &mut Choice, kind: Kind) -> Pair {
    let name = match kind {
        Kind::Scalar => *choice.of(&["a", "b"]),
        Kind::Column => *choice.of(&["x", "y"]),
        Kind::Square => *choice.of(&["A", "B"]),
    };
    let leaf = Spelling { text: name.into(), ..Spelling::default() };
    (leaf.clone(), leaf)
}

fn pair(choice: &mut Choice, kind: Kind, depth: usize) -> Pair {
    if depth == 0 || choice.chance(0.15) {
        return leaf(choice, kind);
    }
    let table = match kind {
        Kind::Scalar => SCALARS,
        Kind::Column => COLUMNS,
        Kind::Square => SQUARES,
    };
    let spellings = *choice.of(table);
    let first = choice.below(spellings.len());
    let second = (first + 1 + choice.below(spellings.len() - 1)) % spellings.len();
    let spelled = |text: &str| Spelling { text: format!("({text})"), ..Spelling::default() };
    let (mut left, mut right) = (spelled(spellings[first]), spelled(spellings[second]));
    for (hole, kind) in [
        ("{s}", Kind::Scalar),
        ("{t}", Kind::Scalar),
        ("{v}", Kind::Column),
        ("{w}", Kind::Column),
        ("{M}", Kind::Square),
        ("{N}", Kind::Square),
    ] {
        if left.text.contains(hole) || right.text.contains(hole) {
            let inner = pair(choice, kind, depth - 1);
            let name =
                choice.chance(0.1).then(|| format!("{}{}", kind.letter(), choice.below(1 << 30)));
            inner.0.fill(&mut left, hole, name);
            inner.1.fill(&mut right, hole, None);
        }
    }
    (left, right)
}

fn found(expression: &str, by: &[String]) -> Option<BTreeSet<String>> {
    let options =
        DeriveOptions { by: by.to_vec(), declarations: NAMES.into(), ..DeriveOptions::default() };
    let all = Session::global().derive("<spelling>", expression, &options).ok()?;
    Some(all[0].conditions.all().cloned().collect())
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn random_spellings_of_a_function_have_equal_conditions() {
    let first = number("BELTRAMI_SEED", SEED);
    let mut wrong = Vec::new();
    let mut compared = 0;
    for seed in first..first + number("BELTRAMI_CASES", CASES) {
        let choice = &mut Choice::new(seed);
        let depth = 1 + choice.below(3);
        let (left, right) = pair(choice, Kind::Scalar, depth);
        let (left, right) = (left.program(), right.program());
        let by = String::from(*choice.of(&["a", "x", "A"]));
        let order = if depth < 3 && choice.chance(0.3) { 2 } else { 1 };
        let by = vec![by; order];
        let (Some(a), Some(b)) = (found(&left, &by), found(&right, &by)) else { continue };
        compared += 1;
        if a != b {
            wrong
                .push(format!("BELTRAMI_SEED={seed} by {by:?}\n  {left}: {a:?}\n  {right}: {b:?}"));
        }
    }
    assert!(wrong.is_empty(), "{compared} compared, {} differ\n{}", wrong.len(), wrong.join("\n"));
}
