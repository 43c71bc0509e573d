//! What texts mean: precedence, statements, declarations, canonical text.

use beltrami_diag::SourceId;
use beltrami_syntax::{
    Expr, ExprKind, FactKind, Program, Statement, TypeName, format, parse_declarations,
    parse_expression, parse_program,
};

fn parsed(text: &str) -> Expr {
    let parsed = parse_expression(text, SourceId(0));
    assert!(parsed.errors.is_empty(), "{text}: {:?}", parsed.errors);
    parsed.tree
}

fn program(text: &str) -> Program {
    let parsed = parse_program(text, SourceId(0));
    assert!(parsed.errors.is_empty(), "{text}: {:?}", parsed.errors);
    parsed.tree
}

/// The tree with every operator in parentheses.
fn grouped(expr: &Expr) -> String {
    let list = |exprs: &[Expr]| exprs.iter().map(grouped).collect::<Vec<_>>().join(",");
    match &expr.kind {
        ExprKind::Number(text, _) => text.clone(),
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Unary(op, inner) => format!("({}{})", op.symbol(), grouped(inner)),
        ExprKind::Binary { op, lhs, rhs, .. } => {
            format!("({}{}{})", grouped(lhs), op.symbol(), grouped(rhs))
        }
        ExprKind::Transpose(inner) => format!("({}')", grouped(inner)),
        ExprKind::Call { name, args, .. } => format!("{name}({})", list(args)),
        ExprKind::Index { base, indices } => format!("{}[{}]", grouped(base), list(indices)),
        ExprKind::Block { rows } => {
            format!("[{}]", rows.iter().map(|row| list(row)).collect::<Vec<_>>().join(";"))
        }
        ExprKind::Range(None) => ":".to_string(),
        ExprKind::Range(Some(ends)) => format!("{}:{}", grouped(&ends.0), grouped(&ends.1)),
        ExprKind::Paren(inner) => grouped(inner),
        ExprKind::Error => "?".to_string(),
    }
}

#[test]
fn operators_bind_as_on_matrixcalculus_org() {
    for (text, expected) in [
        ("a+b*c", "(a+(b*c))"),
        ("a-b-c", "((a-b)-c)"),
        ("a*b+c*d-e/f", "(((a*b)+(c*d))-(e/f))"),
        ("a/b*c", "((a/b)*c)"),
        ("a.*b./c*d", "(((a.*b)./c)*d)"),
        ("-x^2", "(-(x^2))"),
        ("-2*X", "((-2)*X)"),
        ("2*-x", "(2*(-x))"),
        ("- -x", "(-(-x))"),
        ("+x", "(+x)"),
        ("a+-b", "(a+(-b))"),
        ("x^-2", "(x^(-2))"),
        ("a^b^c", "(a^(b^c))"),
        ("a^-b^c", "(a^(-(b^c)))"),
        ("a.^b*c", "((a.^b)*c)"),
        ("a + b > c*d", "((a+b)>(c*d))"),
        ("x.*(x>=0)", "(x.*(x>=0))"),
        ("x ~= y'", "(x~=(y'))"),
        ("x != y", "(x~=y)"),
        ("A[:, 2:end]", "A[:,2:end]"),
        ("x[i + 1:2*k]", "x[(i+1):(2*k)]"),
        ("A'^2", "((A')^2)"),
        ("A^2'", "(A^(2'))"),
        ("A''", "((A')')"),
        ("A ' '", "((A')')"),
        ("A.'", "(A')"),
        ("x'*A*x", "(((x')*A)*x)"),
        ("2.*y", "(2.*y)"),
        ("2.^x", "(2.^x)"),
        ("x .^ 2", "(x.^2)"),
        ("x²ᵀ", "((x^2)')"),
        ("-x³", "(-(x^3))"),
        ("X^T", "(X^T)"),
        ("A·B⊙C", "((A*B).*C)"),
        ("f(a, b+c)'", "(f(a,(b+c))')"),
        ("f()", "f()"),
        ("sin (x)", "sin(x)"),
        ("x[i]^2", "(x[i]^2)"),
        ("A'[i, j+1]", "(A')[i,(j+1)]"),
        ("[A, B; C, D]'", "([A,B;C,D]')"),
        ("einsum(\"ij,jk->ik\", A, B)", "einsum(\"ij,jk->ik\",A,B)"),
        ("a\n +b # sum\n", "(a+b)"),
        ("µ + α", "(μ+α)"),
    ] {
        assert_eq!(grouped(&parsed(text)), expected, "{text}");
    }
}

#[test]
fn text_is_canonical() {
    for (text, expected) in [
        ("((a+b))+ (c)", "a + b + c"),
        ("a+(b+c)", "a + (b + c)"),
        ("a-(b-c)", "a - (b - c)"),
        ("a*(b*c)", "a*(b*c)"),
        ("(a*b) .* c", "a*b.*c"),
        ("2.*y", "2.*y"),
        ("2. * y", "2*y"),
        ("(-2)*X", "-2*X"),
        ("(-x)^2", "(-x)^2"),
        ("-(x^2)", "-x^2"),
        ("-(a+b)", "-(a + b)"),
        ("(a^b)^c", "(a^b)^c"),
        ("a^(b^c)", "a^b^c"),
        ("a^(b')", "a^b'"),
        ("(a*b)'", "(a*b)'"),
        ("(A')'", "A''"),
        ("[a;b , c]", "[a; b, c]"),
        ("(a+b)[1,2]", "(a + b)[1, 2]"),
        ("f( \"x y\",(a) )", "f(\"x y\", a)"),
        ("1e-3+.5", "1e-3 + .5"),
    ] {
        let tree = parsed(text);
        assert_eq!(format::expr(&tree), expected, "{text}");
        assert!(parsed(expected).same_as(&tree), "{text}");
    }
}

#[test]
fn programs_have_declarations_bindings_and_a_result() {
    let text = "# ridge\n\
        A: matrix(m, n)   # data\n\
        y: vector(m); x,\n  z: vector(n+1) >= 0 <1, l: scalar in (-1,0.5) in [0, inf]\n\
        s: vector(n) +-1; t: rowvector(2*m*n) ±1\n\
        B: spd; C: spd(n)\n\n\
        r = A*x -\n  y\n\
        norm2(r)^2 + l*exp(\n  z)";
    let tree = program(text);
    let expected = "\
A: matrix(m, n)
y: vector(m)
x, z: vector(n + 1) >= 0 < 1
l: scalar in (-1, 0.5) in [0, inf]
s: vector(n) +-1
t: row(2*m*n) +-1
B: spd
C: spd(n)
r = A*x - y
norm2(r)^2 + l*exp(z)
";
    assert_eq!(format::program(&tree), expected);
    assert_eq!(format::program(&program(expected)), expected);
    assert_eq!(tree.result().map(format::expr).as_deref(), Some("norm2(r)^2 + l*exp(z)"));
}

#[test]
fn one_line_can_hold_several_statements() {
    let tree = program("r = A*x-y; norm2(r)^2;");
    assert_eq!(format::program(&tree), "r = A*x - y\nnorm2(r)^2\n");
    let signed = program("a = b; -a");
    assert_eq!(format::program(&signed), "a = b;\n-a\n");
    assert_eq!(program(&format::program(&signed)).statements.len(), 2);
}

#[test]
fn declarations_are_separated_by_any_separator() {
    let parsed = parse_declarations(
        "A: matrix(m,n), x, y: vector(n) > 0; a: scalar\nb: scalar",
        SourceId(0),
    );
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    let texts: Vec<String> = parsed.tree.iter().map(format::declaration).collect();
    assert_eq!(texts, ["A: matrix(m, n)", "x, y: vector(n) > 0", "a: scalar", "b: scalar"]);
    assert_eq!(parsed.tree[1].ty, TypeName::Vector);
    assert_eq!(parsed.tree[1].facts[0].kind, FactKind::Greater(0.0));
    assert!(parse_declarations(" ", SourceId(0)).tree.is_empty());
}

#[test]
fn places_are_byte_ranges_of_the_text() {
    let text = "λ*norm2( A*x )'";
    let tree = parsed(text);
    let of = |expr: &Expr| text[expr.span.start..expr.span.end].to_string();
    assert_eq!(of(&tree), text);
    let ExprKind::Binary { rhs, op_span, .. } = &tree.kind else { panic!("a product") };
    assert_eq!((of(rhs).as_str(), &text[op_span.start..op_span.end]), ("norm2( A*x )'", "*"));
    let declared = program("x, y: vector(n) > 0\nx'*y");
    let Statement::Declare(declaration) = &declared.statements[0] else { panic!("a declaration") };
    assert_eq!((declaration.span.start, declaration.span.end), (0, 19));
}

#[test]
fn definitions_after_a_value_come_before_it() {
    for text in ["2*P where P = A*B, r = A*x", "2*P\nwhere P = A*B,\n      r = A*x"] {
        let names: Vec<String> = program(text)
            .statements
            .into_iter()
            .map(|statement| match statement {
                Statement::Let { name, .. } => name,
                _ => "the value".into(),
            })
            .collect();
        assert_eq!(names, ["P", "r", "the value"], "{text}");
    }
    for text in ["2*P where P = A*B, r", "2*P where P = ", "2*P where P", "(2*P where P = A)"] {
        assert!(!parse_program(text, SourceId(0)).errors.is_empty(), "{text}");
    }
    assert!(!parse_expression("2*P where P = A", SourceId(0)).errors.is_empty());
}
