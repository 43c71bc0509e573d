//! Every expression of the collection of identities gets a type.

use crate::support;
use crate::support::{run, shape};

const IDENTITIES: &str = include_str!("../data/identities.tsv");

/// Names that the expected derivatives use and the language does not have under that name.
const FOREIGN: [&str; 2] = ["svdUV", "svdU1V1"];

fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str, &'static str)> {
    IDENTITIES.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        Some((fields.next()?, fields.next()?, fields.next()?, fields.next()?))
    })
}

#[test]
fn every_expression_has_a_type_without_assumptions_on_sizes() {
    let mut count = 0;
    for (id, text, variables, _) in rows().filter(|(id, ..)| !id.starts_with("ER")) {
        match run(text, variables, &[]) {
            Ok(done) => assert!(
                done.assumed.iter().all(|note| note.starts_with('`')),
                "{id} {text} {:?}",
                done.assumed
            ),
            Err(errors) => panic!("{id} {text} with {variables}: {}", support::marks(&errors)),
        }
        count += 1;
    }
    assert_eq!(count, 223);
}

#[test]
fn every_expression_has_a_type_without_declarations_or_a_reason() {
    for (id, text, ..) in rows().filter(|(id, ..)| !id.starts_with("ER")) {
        if let Err(errors) = run(text, "", &[]) {
            assert!(!errors.is_empty(), "{id} {text}");
        }
    }
}

#[test]
fn every_expected_derivative_has_a_type() {
    for (id, _, variables, text) in rows().filter(|(id, ..)| !id.starts_with("ER")) {
        if FOREIGN.iter().any(|name| text.contains(name)) {
            continue;
        }
        // Alone, a constant such as `2*sum(x)*vector(1)` has no size.
        if let Err(errors) = run(text, variables, &[])
            && errors.iter().any(|error| error.code.id != "E0205")
        {
            panic!("{id} {text} with {variables}: {}", support::marks(&errors));
        }
    }
}

#[test]
fn the_rejected_ones_have_their_diagnosis() {
    let expected = [
        ("ER01", "E0203 1-3"),
        ("ER04", "E0201 4-4"),
        ("ER05", "E0201 5-5"),
        ("ER07", "E0103 6-5"),
        ("ER11", "E0201 8-8"),
        ("ER12", "1"),
        ("ER14", "1"),
    ];
    let found: Vec<(&str, String)> = rows()
        .filter(|(id, ..)| id.starts_with("ER"))
        .map(|(id, text, variables, _)| (id, shape(text, variables)))
        .collect();
    assert_eq!(found.len(), expected.len());
    for ((id, found), (wanted_id, wanted)) in found.iter().zip(expected) {
        assert_eq!((*id, found.as_str()), (wanted_id, wanted));
    }
}
