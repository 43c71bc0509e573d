//! What the parser says of wrong texts: one error a place, with its way out.

use beltrami_diag::{Diagnostic, Sources, codes, render};
use beltrami_syntax::{parse_declarations, parse_expression, parse_program};

/// Each error as `code line:column message | hint`.
fn summary(errors: &[Diagnostic], name: &str, text: &str) -> Vec<String> {
    let mut sources = Sources::new();
    sources.add(name, text);
    let json = render::json(errors, &sources);
    let errors = json.as_array().expect("an array");
    errors
        .iter()
        .map(|error| {
            let text = |field: &str| error[field].as_str().unwrap_or("-").to_string();
            format!(
                "{} {}:{} {} | {}",
                text("code"),
                error["line"],
                error["column"],
                text("message"),
                text("hint")
            )
        })
        .collect()
}

fn check(found: Vec<String>, text: &str, expected: &[&str]) {
    assert_eq!(found, expected, "\n{text}");
}

fn expression(text: &str, expected: &[&str]) {
    let parsed = parse_expression(text, beltrami_diag::SourceId(0));
    check(summary(&parsed.errors, "<expression>", text), text, expected);
}

fn program(text: &str, expected: &[&str]) {
    let parsed = parse_program(text, beltrami_diag::SourceId(0));
    check(summary(&parsed.errors, "a.bel", text), text, expected);
}

fn declarations(text: &str, expected: &[&str]) {
    let parsed = parse_declarations(text, beltrami_diag::SourceId(0));
    check(summary(&parsed.errors, "<--let>", text), text, expected);
}

#[test]
fn delimiters_are_shown_where_they_are_missing() {
    expression("exp(A", &["E0103 1:6 missing `)` | -"]);
    expression("f(g(a, [b", &["E0103 1:10 missing `]` | -"]);
    expression("(a]", &["E0103 1:3 `(` is closed by `]` | -"]);
    expression("[f(a]", &["E0103 1:5 missing `)` | -"]);
    expression("a)", &["E0103 1:2 unmatched `)` | -"]);
    expression("(a))*b", &["E0103 1:4 unmatched `)` | -"]);
    expression("(a; b)", &["E0103 1:3 missing `)` | -"]);
}

#[test]
fn wrong_operators_have_a_way_out() {
    expression(
        "A**B",
        &["E0102 1:2 unexpected `**` | matrix product is `*`, element-wise `.*`, power `^`"],
    );
    expression("x**2", &["E0102 1:2 unexpected `**` | power is `^`: `x^2`, element-wise `.^`"]);
    expression("x\u{200b} + 1", &["E0101 1:2 unexpected character `\\u{200b}` | -"]);
    expression("A@B", &["E0101 1:2 unexpected `@` | matrix product is `*`: `A*B`"]);
    expression(
        "A.B",
        &["E0101 1:2 unexpected `.` | matrix product is `*`, element-wise `.*`, power `^`"],
    );
    expression("A\\b", &["E0101 1:2 unexpected `\\` | a linear system is solved by `inv(A)*b`"]);
    expression(
        "A × B",
        &[
            "E0101 1:3 unexpected character `×` | the product is `*`, element-wise `.*`, Kronecker `kron(A, B)`",
        ],
    );
    expression("a $ b", &["E0101 1:3 unexpected character `$` | -"]);
    expression("(a $)", &["E0101 1:4 unexpected character `$` | -"]);
    expression("A @", &["E0101 1:3 unexpected `@` | matrix product is `*`: `A*b`"]);
    expression(
        "\"ij",
        &["E0104 1:1 this text is not closed | close it with `\"` on the same line"],
    );
    expression(
        "((a $ b) + * c) + d e",
        &[
            "E0101 1:5 unexpected character `$` | -",
            "E0108 1:12 two operators in a row: `+` and `*` | write the value between them, or remove one of them",
            "E0102 1:21 expected an operator before `e` | a product is written with `*`: `d*e`",
        ],
    );
}

#[test]
fn a_missing_operator_is_a_product_or_a_call() {
    expression(
        "2x",
        &["E0102 1:2 expected an operator before `x` | a product is written with `*`: `2*x`"],
    );
    expression(
        "A B",
        &["E0102 1:3 expected an operator before `B` | a product is written with `*`: `A*B`"],
    );
    expression(
        "sin x",
        &[
            "E0102 1:5 expected an operator before `x` | `sin(x)` applies a function, `sin*x` is a product",
        ],
    );
    expression(
        "(a+b)(c+d)",
        &["E0102 1:6 expected an operator before `(` | a product is written with `*`: `(a+b)*(…`"],
    );
    expression(
        "A'B",
        &["E0102 1:3 expected an operator before `B` | a product is written with `*`: `A'*B`"],
    );
}

#[test]
fn a_missing_value_is_named() {
    expression("exp(", &["E0102 1:5 expected an expression after `(` | -"]);
    expression("f(,a)", &["E0102 1:3 expected an expression, found `,` | -"]);
    expression("()", &["E0102 1:2 expected an expression, found `)` | -"]);
    expression(
        "|x|",
        &[
            "E0102 1:1 expected an expression, found `|` | the absolute value is `abs(x)`, the norm `norm2(x)`, the determinant `det(A)`",
        ],
    );
    expression(
        "2*|x| + 1",
        &[
            "E0102 1:3 expected an expression, found `|` | the absolute value is `abs(x)`, the norm `norm2(x)`, the determinant `det(A)`",
        ],
    );
    expression(
        "[|x|, y]",
        &[
            "E0102 1:2 expected an expression, found `|` | the absolute value is `abs(x)`, the norm `norm2(x)`, the determinant `det(A)`",
        ],
    );
    expression("", &["E0102 1:1 expected an expression, found nothing | -"]);
    expression("   # only", &["E0102 1:1 expected an expression, found nothing | -"]);
    expression("a +", &["E0102 1:4 expected an expression after `+` | -"]);
    expression(
        "a + * b",
        &[
            "E0108 1:5 two operators in a row: `+` and `*` | write the value between them, or remove one of them",
        ],
    );
    expression("* a", &["E0102 1:1 expected an expression, found `*` | -"]);
    expression(
        "a + ^ b",
        &[
            "E0108 1:5 two operators in a row: `+` and `^` | write the value between them, or remove one of them",
        ],
    );
    expression(
        "'ij'",
        &[
            "E0102 1:1 expected an expression, found `'` | `'` is the transpose; a text stands between double quotes",
        ],
    );
}

#[test]
fn leftovers_and_literals_are_reported() {
    expression(
        "a, b",
        &[
            "E0109 1:2 unexpected `,` after the expression | statements are separated by `;`, entries stand in `[a, b]`",
        ],
    );
    expression(
        "(a, b)",
        &["E0102 1:3 unexpected `,` | a row of entries is written `[a, b]`, a column `[a; b]`"],
    );
    expression(
        "a; b",
        &["E0109 1:2 unexpected `;` after the expression | one expression is expected here"],
    );
    expression(
        "f = a",
        &["E0109 1:3 unexpected `=` after the expression | a binding is `name = expression`"],
    );
    expression("x > 0", &[]);
    expression("a == b", &[]);
    expression(
        "0 < x < 1",
        &[
            "E0102 1:7 two comparisons in a row | both hold where their product is 1: `(0 < x).*(x < 1)`",
        ],
    );
    expression(
        "1.2.3 * x",
        &["E0104 1:1 this number has more than one decimal point | write one number, as in `1.25`"],
    );
    expression(
        "1e999",
        &["E0104 1:1 this number is too large for double precision | the largest is about 1.8e308"],
    );
}

#[test]
fn statements_fail_one_by_one() {
    program("", &["E0102 1:1 expected an expression, found nothing | -"]);
    program("A: matrix(m, n)", &["E0102 1:16 expected an expression after the declarations | -"]);
    program(
        "A: matrx(m, n)\ntr(A'*A)",
        &["E0107 1:4 unknown type `matrx` | did you mean `matrix`?"],
    );
    program(
        "A:\ntr(A)",
        &[
            "E0107 1:3 expected a type | the types are scalar, vector(n), row(n), matrix(m, n), symmetric(n), spd(n), …",
        ],
    );
    program(
        "x: vector(n, m)\nx",
        &[
            "E0107 1:4 `vector` has 1 size, not 2 | a matrix of two sizes without structure is `matrix(m, n)`",
        ],
    );
    program(
        "A: matrix(n); tr(A)",
        &["E0107 1:4 `matrix` has 2 sizes, not 1 | a square matrix is `matrix(n, n)`"],
    );
    program(
        "x: vector(n) > y\nx",
        &[
            "E0107 1:16 this fact cannot be read | facts are `> 0`, `>= 0`, `< 0`, `<= 0`, `in (-1, 1)`, `in [0, 1]`, `+-1`",
        ],
    );
    program(
        "x: vector(n) in (0; 1)\nx",
        &[
            "E0107 1:19 this fact cannot be read | facts are `> 0`, `>= 0`, `< 0`, `<= 0`, `in (-1, 1)`, `in [0, 1]`, `+-1`",
        ],
    );
    program(
        "x: vector(sin(n))\nx",
        &[
            "E0207 1:11 this is not a size | sizes are sums and products of names and whole numbers, as in `m*n + 1`",
        ],
    );
    program(
        "f(x) = x^2",
        &["E0107 1:6 only a name can stand to the left of `=` | a binding is `name = expression`"],
    );
    program("a = \nb = 2", &["E0102 1:4 expected an expression after `=` | -"]);
    program("a = exp(c\nb = 2", &["E0103 1:10 missing `)` | -"]);
    program(
        "x + 1\ny",
        &["E0107 1:1 the value of this statement is not used | bind it to a name: `r = …`"],
    );
    program(
        "a = b\n + c",
        &[
            "E0108 2:2 does this `+` continue the line above? | end the line above with `+` to continue it, or with `;` to end it",
        ],
    );
    program(
        "a = b\n * c",
        &[
            "E0102 2:2 expected an expression, found `*` | to continue the line above, end that line with `*`",
        ],
    );
    program("a = b;\n-c", &[]);
    program(
        "a + $ b\nc = @ 2\nd e",
        &[
            "E0101 1:5 unexpected character `$` | -",
            "E0102 2:5 expected an expression, found `@` | -",
            "E0102 3:3 expected an operator before `e` | a product is written with `*`: `d*e`",
        ],
    );
    program(
        "f = a b\ng = (c\nh = + * d",
        &[
            "E0102 1:7 expected an operator before `b` | a product is written with `*`: `a*b`",
            "E0103 2:7 missing `)` | -",
            "E0108 3:7 two operators in a row: `+` and `*` | write the value between them, or remove one of them",
        ],
    );
}

#[test]
fn only_declarations_are_declarations() {
    declarations("", &[]);
    declarations(
        "x",
        &[
            "E0107 1:1 expected a declaration, found `x` | write `name: type(sizes)`, as in `x: vector(n)`",
        ],
    );
    declarations(
        "x = 3",
        &[
            "E0107 1:1 expected a declaration, found `x` | write `name: type(sizes)`, as in `x: vector(n)`",
        ],
    );
    declarations("x: vector(n) 3", &["E0109 1:14 unexpected `3` after the statement | -"]);
    declarations(
        "x, y",
        &[
            "E0107 1:1 expected a declaration, found `x` | write `name: type(sizes)`, as in `x: vector(n)`",
        ],
    );
    declarations(
        "x: vector(n), 3",
        &[
            "E0107 1:15 expected a declaration, found `3` | write `name: type(sizes)`, as in `x: vector(n)`",
        ],
    );
}

/// The examples on the pages of the syntax errors are what the parser prints.
#[test]
fn pages_show_the_real_output() {
    for code in codes::ALL.iter().filter(|code| code.id.starts_with("E01")) {
        let block = |fence: &str| {
            let (_, rest) = code.page.split_once(fence)?;
            rest.split_once("```").map(|(block, _)| block)
        };
        let Some(text) = block("```bel\n") else { continue };
        let text = text.trim_end();
        let mut sources = Sources::new();
        let id = sources.add("a.bel", text);
        let printed = render::terminal(&parse_program(text, id).errors, &sources, false);
        // A page may open the block with the command that was typed.
        let shown = block("```text\n").map(|shown| match shown.strip_prefix("$ ") {
            Some(rest) => rest.split_once('\n').map_or("", |(_, output)| output),
            None => shown,
        });
        assert_eq!(shown, Some(printed.as_str()), "{}:\n{printed}", code.id);
    }
}
