//! The generator is reproducible, and reaches the whole language.

use std::collections::BTreeSet;

use beltrami::{Form, Symmetric};
use beltrami_core::Notation;
use beltrami_testkit::{Case, shrink};

fn cases(count: u64) -> Vec<Case> {
    (1..=count).map(|seed| Case::new(beltrami_ops::registry(), seed)).collect()
}

#[test]
fn a_seed_gives_one_case() {
    for (one, two) in cases(50).iter().zip(cases(50)) {
        assert_eq!(one.to_string(), two.to_string());
    }
}

#[test]
fn expressions_are_deep_and_bounded() {
    for case in cases(500) {
        let depth = case.trees().map(|tree| tree.depth()).sum::<usize>();
        assert!(depth >= 4 && case.size() <= 60, "{case}");
        assert!(case.is_sound() && !case.by.is_empty(), "{case}");
    }
}

#[test]
fn every_operation_occurs() {
    let texts: Vec<String> = cases(4000).iter().map(Case::text).collect();
    // Derivatives of matrix functions are n²×n², a shape that is hardly ever asked for; the last two are no expressions.
    let rare = [
        "dexpm", "dlogm", "dsqrtm", "dmclip", "dlowrank", "dsvdvals", "dyads", "ddyads",
        "dinvroot", "droot", "dcosm", "dsinm", "dmsign", "dadj", "unit", "K", "zeros",
    ];
    for id in beltrami_ops::registry().ids() {
        let op = beltrami_ops::registry().op(id);
        let written = match op.notation {
            Notation::Call => format!("{}(", op.name),
            Notation::Index => "[1".into(),
            Notation::Block => op.name[1..op.name.len() - 1].into(),
            _ => op.name.into(),
        };
        let occurs = texts.iter().any(|text| text.contains(&written));
        assert!(occurs || rare.contains(&op.name), "`{}` does not occur", op.name);
    }
}

#[test]
fn every_structure_form_and_order_occurs() {
    let all = cases(2000);
    let declared: BTreeSet<&str> = all.iter().flat_map(|c| &c.variables).map(|v| v.ty).collect();
    let types = [
        "scalar",
        "vector",
        "row",
        "matrix",
        "symmetric",
        "spd",
        "diagonal",
        "lower",
        "upper",
        "orthogonal",
        "skew",
    ];
    assert!(types.iter().all(|ty| declared.contains(ty)), "{declared:?}");
    let facts: BTreeSet<&str> = all.iter().flat_map(|c| &c.variables).map(|v| v.fact).collect();
    assert!(["> 0", "+-1", "in (-0.9, 0.9)"].iter().all(|fact| facts.contains(fact)));
    for form in [Form::Matrix, Form::Kron, Form::Index, Form::Operator] {
        assert!(all.iter().any(|case| case.form == form));
    }
    for symmetric in [Symmetric::Frobenius, Symmetric::Free, Symmetric::Ambient] {
        assert!(all.iter().any(|case| case.symmetric == symmetric));
    }
    assert!(all.iter().any(|case| case.order == 2) && all.iter().any(|case| case.by.len() == 2));
    assert!(all.iter().any(|case| case.inline) && all.iter().any(|case| !case.lets.is_empty()));
}

#[test]
fn a_failing_case_becomes_small() {
    let found = cases(400).into_iter().filter(|case| case.text().contains("tanh(")).take(5);
    let mut sizes: Vec<usize> = found
        .map(|case| {
            let shrunk = shrink(&case, 1000, &mut |next| next.text().contains("tanh("));
            // The variable of the derivative stays, with what it takes to have both where their shapes differ.
            assert!(shrunk.case.size() <= 9, "{} from {case}", shrunk.case);
            shrunk.case.size()
        })
        .collect();
    sizes.sort_unstable();
    // Some are `tanh(A)`, and most little more than `tanh(A)*B`.
    assert!(sizes[0] <= 3 && sizes[3] <= 6, "{sizes:?}");
}
