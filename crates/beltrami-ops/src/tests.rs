//! What every record and page has in common.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use beltrami_core::{
    Differential, Entry, Facts, Graph, Kernel, Map, Notation, Op, Shape, Spectral,
};

use crate::{ENTRIES, FAMILIES, registry};

/// The texts of a record that mention other operations.
fn texts(op: &Op) -> Vec<&'static str> {
    let differential = match op.differential {
        Differential::Text(text) => Some(text),
        _ => None,
    };
    [Some(op.rules), Some(op.definition), differential, op.scalar_derivative]
        .into_iter()
        .flatten()
        .collect()
}

/// The words of a text that are followed by a parenthesis.
fn calls(text: &str) -> BTreeSet<&str> {
    text.match_indices('(')
        .map(|(place, _)| {
            let before = &text[..place];
            let start = before
                .rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .map_or(0, |at| at + 1);
            &before[start..]
        })
        .filter(|word| !word.is_empty())
        .collect()
}

/// Names of facts that conditions of rules ask for.
const CONDITIONS: &[&str] = &[
    "symmetric",
    "spd",
    "diagonal",
    "orthogonal",
    "skew",
    "lower",
    "upper",
    "positive",
    "nonnegative",
    "signs",
];

#[test]
fn every_file_of_the_crate_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("the sources are there")
        .map(|file| {
            file.expect("a readable entry").file_name().into_string().expect("a plain name")
        })
        .filter(|file| file != "lib.rs" && file != "tests.rs")
        .collect();
    let listed: BTreeSet<String> = ENTRIES.iter().map(|entry| entry.file.to_owned()).collect();
    assert_eq!(files, listed);
    assert_eq!(listed.len(), ENTRIES.len());
}

#[test]
fn every_kernel_but_none_twice_is_built_by_an_operation() {
    let shared: Vec<Kernel> = ENTRIES
        .iter()
        .filter(|entry| entry.file == "scalar_power.rs")
        .map(|entry| entry.op.kernel)
        .collect();
    let mut seen = BTreeSet::new();
    for entry in ENTRIES {
        assert!(
            seen.insert(entry.op.kernel)
                || shared.contains(&entry.op.kernel)
                || entry.op.kernel == Kernel::Defined,
            "{}",
            entry.file
        );
    }
    assert!(seen.contains(&Kernel::Map(Map::Erf)));
}

#[test]
fn what_is_called_otherwise_elsewhere_has_one_name_here() {
    let mut seen = BTreeSet::new();
    for entry in ENTRIES {
        for alias in entry.op.aliases {
            assert!(registry().named(alias).is_empty(), "`{alias}` is an operation");
            assert!(seen.insert(alias), "{}: `{alias}` is another operation", entry.file);
        }
    }
}

#[test]
fn operations_of_one_name_are_told_apart() {
    let mut seen: BTreeMap<(&str, Option<i64>), Vec<&Entry>> = BTreeMap::new();
    for entry in ENTRIES {
        seen.entry((entry.op.name, entry.op.literal)).or_default().push(entry);
    }
    let shapes = [
        Shape::scalar(),
        Shape::vector(3_i64.into_dim()),
        Shape::matrix(3_i64.into_dim(), 3_i64.into_dim()),
    ];
    let arg = |shape: &Shape| beltrami_core::Arg {
        shape: shape.clone(),
        value: beltrami_core::Literal::None,
    };
    for ((name, _), same) in seen.iter().filter(|(_, same)| same.len() > 1) {
        for one in &shapes {
            let accepted = |args: &[beltrami_core::Arg]| {
                same.iter()
                    .filter(|entry| (entry.op.accepts)(args))
                    .map(|entry| entry.file)
                    .collect::<Vec<_>>()
            };
            assert!(accepted(&[arg(one)]).len() <= 1, "{name}: {:?}", accepted(&[arg(one)]));
            for two in &shapes {
                let both = accepted(&[arg(one), arg(two)]);
                assert!(both.len() <= 1, "{name}: {both:?}");
            }
        }
    }
}

#[test]
fn texts_mention_only_what_is_listed_before() {
    let names: BTreeSet<&str> = ENTRIES.iter().map(|entry| entry.op.name).collect();
    let mut known = BTreeSet::new();
    for family in FAMILIES {
        let members: Vec<&Entry> =
            ENTRIES.iter().filter(|entry| family.contains(&entry.file)).collect();
        known.extend(members.iter().map(|entry| entry.op.name));
        for entry in members {
            for word in texts(entry.op).iter().flat_map(|text| calls(text)) {
                assert!(
                    known.contains(word) || CONDITIONS.contains(&word),
                    "{}: {word}",
                    entry.file
                );
                assert!(
                    names.contains(word) || CONDITIONS.contains(&word),
                    "{}: {word}",
                    entry.file
                );
            }
        }
    }
}

#[test]
fn every_page_has_its_sections() {
    for entry in ENTRIES {
        let page = entry.page();
        let first = page.lines().next().unwrap_or_default();
        assert!(first.starts_with("# `") && first.contains("`: "), "{}: {first}", entry.file);
        let sections: Vec<&str> =
            page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let order = ["Shape", "Domain", "Derivative", "Structure", "Examples", "References"];
        let places: Vec<Option<usize>> = sections
            .iter()
            .map(|section| order.iter().position(|known| known == section))
            .collect();
        assert!(
            places.iter().all(Option::is_some) && places.is_sorted(),
            "{}: {sections:?}",
            entry.file
        );
        for needed in ["Shape", "Derivative", "Structure", "Examples"] {
            assert!(sections.contains(&needed), "{}: no {needed}", entry.file);
        }
        assert_eq!(
            sections.contains(&"References"),
            !entry.op.references.is_empty(),
            "{}",
            entry.file
        );
        for key in entry.op.references {
            assert!(page.contains(&format!("`{key}`")), "{}: {key}", entry.file);
        }
    }
}

#[test]
fn every_reference_is_in_the_bibliography() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../beltrami/references.bib");
    let bibliography = std::fs::read_to_string(file).expect("references.bib");
    for entry in ENTRIES {
        for key in entry.op.references {
            assert!(bibliography.contains(&format!("{{{key},")), "{}: {key}", entry.file);
        }
    }
}

#[test]
fn parameters_stand_in_the_texts() {
    for entry in ENTRIES {
        let parameters = entry.op.parameters();
        assert!(parameters.iter().all(|name| name.len() == 1), "{}: {parameters:?}", entry.file);
        if let Differential::Text(text) = entry.op.differential {
            assert!(!parameters.is_empty(), "{}", entry.file);
            for name in parameters {
                assert!(text.contains(&format!("d{name}")), "{}: d{name}", entry.file);
            }
        }
    }
}

#[test]
fn rules_have_names_and_two_sides() {
    let mut names = BTreeSet::new();
    for entry in ENTRIES {
        for rule in entry.op.rules().chain(entry.op.stable_rules()) {
            let rule = rule.unwrap_or_else(|line| panic!("{}: {line}", entry.file));
            assert!(names.insert(rule.name), "{} twice", rule.name);
            assert!(
                rule.name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')),
                "{}",
                rule.name
            );
            assert!(!rule.lhs.is_empty() && !rule.rhs.is_empty(), "{}", rule.name);
            let word = entry.op.name.starts_with(|c: char| c.is_ascii_alphabetic());
            assert!(
                !word || rule.lhs.contains(entry.op.name) || rule.rhs.contains(entry.op.name),
                "{}",
                rule.name
            );
            for side in [rule.lhs, rule.rhs] {
                assert_eq!(side.matches('(').count(), side.matches(')').count(), "{}", rule.name);
            }
            for condition in rule.conditions.split(", ").filter(|condition| !condition.is_empty()) {
                let (fact, rest) = condition.split_once('(').expect("a fact of a name");
                assert!(
                    CONDITIONS.contains(&fact) && rest.ends_with(')'),
                    "{}: {condition}",
                    rule.name
                );
                assert!(
                    rule.lhs.contains(rest.trim_end_matches(')')),
                    "{}: {condition}",
                    rule.name
                );
            }
        }
    }
}

#[test]
fn every_record_is_filled() {
    for entry in ENTRIES {
        let op = entry.op;
        let defined = op.kernel == Kernel::Defined;
        assert_eq!(defined, !op.definition.is_empty(), "{}", entry.file);
        assert!(!op.name.is_empty() && op.latex.is_empty() == defined, "{}", entry.file);
        assert!(op.samples.len() >= usize::from(!op.name.is_empty()), "{}", entry.file);
        let by_template = matches!(op.kernel, Kernel::Map(_) | Kernel::Max | Kernel::Min);
        assert_eq!(!op.numpy.is_empty(), by_template, "{}", entry.file);
        let word = op.name.starts_with(|c: char| c.is_ascii_alphabetic());
        assert_eq!(op.notation == Notation::Call, word, "{}", entry.file);
    }
}

#[test]
fn differentials_of_powers_have_no_term_for_what_is_constant() {
    let mut graph = Graph::new(registry());
    let x = graph.symbol("x", Shape::vector(3_i64.into_dim()), Facts::NONE);
    let dx = graph.symbol("dx", Shape::vector(3_i64.into_dim()), Facts::NONE);
    let two = graph.int(2);
    let built = crate::power::differential(&mut graph, &[x, two], &[Some(dx), None])
        .expect("a differential");
    let product = graph.hadamard(x, dx).expect("one shape");
    assert_eq!(built, graph.scale(two, product).expect("a scalar first"));
}

#[test]
fn the_exponential_of_a_multiple_commutes_with_its_derivative() {
    let mut graph = Graph::new(registry());
    let square = Shape::matrix(2_i64.into_dim(), 2_i64.into_dim());
    let a = graph.symbol("a", Shape::scalar(), Facts::NONE);
    let da = graph.symbol("da", Shape::scalar(), Facts::NONE);
    let b = graph.symbol("B", square.clone(), Facts::NONE);
    let db = graph.symbol("dB", square, Facts::NONE);
    let Differential::Build(differential) = crate::expm::OP.differential else { panic!("built") };
    let of = graph.scale(a, b).expect("a multiple");
    let value = graph.build(Kernel::Expm, &[of]).expect("square");
    let step = graph.scale(da, b).expect("a multiple");
    let built = differential(&mut graph, &[of], &[Some(step)]).expect("a differential");
    assert_eq!(built, graph.mul(step, value).expect("square"));
    let other = graph.scale(a, db).expect("a multiple");
    let built = differential(&mut graph, &[of], &[Some(other)]).expect("a differential");
    let Some([scalar, along]) = graph.args_of(built, Kernel::Scale) else { panic!("a multiple") };
    assert_eq!(*scalar, a);
    assert!(matches!(graph.application(*along), Some((Kernel::Derivative(Spectral::Expm), _))));
}

#[test]
fn a_definite_matrix_plus_a_gram_matrix_is_definite() {
    let mut graph = Graph::new(registry());
    let x = graph.symbol("X", Shape::matrix(3_i64.into_dim(), 2_i64.into_dim()), Facts::NONE);
    let c = graph.symbol("c", Shape::scalar(), Facts::POSITIVE | Facts::NONNEGATIVE);
    let eye = graph.eye(&2_i64.into_dim()).expect("a size");
    let ridge = graph.scale(c, eye).expect("a multiple");
    let transposed = graph.transpose(x).expect("a matrix");
    let gram = graph.mul(transposed, x).expect("inner sizes");
    assert!(graph.facts(gram).has(Facts::SYMMETRIC) && !graph.facts(gram).has(Facts::DEFINITE));
    let sum = graph.add(gram, ridge).expect("one shape");
    assert!(graph.facts(sum).has(Facts::SPD));
    let inverse = graph.build(Kernel::Inv, &[sum]).expect("square");
    assert!(graph.facts(inverse).has(Facts::SPD));
}

trait IntoDim {
    fn into_dim(self) -> beltrami_core::Dim;
}

impl IntoDim for i64 {
    fn into_dim(self) -> beltrami_core::Dim {
        beltrami_core::Dim::constant(self)
    }
}
