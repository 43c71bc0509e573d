//! Productions whose text holds sizes, indices, numbers or subscripts.

use beltrami_core::{Dim, Shape};

use crate::choice::Choice;
use crate::need::Need;
use crate::production::Production;
use crate::tree::{ATOM, POWER, PRODUCT, Pattern, SUM};
use crate::unify::{Sizes, filled};

/// Subscripts for `einsum` with the sizes of operands and result; letters are sizes, no letter is a scalar.
const SUBSCRIPTS: &[(&str, &[&str], &str)] = &[
    ("ij,jk->ik", &["ij", "jk"], "ik"),
    ("ij,j->i", &["ij", "j"], "i"),
    ("ij->ji", &["ij"], "ji"),
    ("ii->i", &["ii"], "i"),
    ("i,j->ij", &["i", "j"], "ij"),
    ("i,i->", &["i", "i"], ""),
    ("ij,ij->", &["ij", "ij"], ""),
    ("ij,ij->i", &["ij", "ij"], "i"),
    ("ik,jk,k->ij", &["ik", "jk", "k"], "ij"),
    ("i,ij,j->", &["i", "ij", "j"], ""),
    ("ij,i->j", &["ij", "i"], "j"),
    ("ij,jk,ki->", &["ij", "jk", "ki"], ""),
];

/// The ways to make the shape that the record of an operation alone does not tell.
pub fn productions(wanted: &Shape, sizes: &[Dim], choice: &mut Choice) -> Vec<Production> {
    let mut all = Vec::new();
    powers(wanted, &mut all);
    constants(wanted, &mut all);
    let free: Vec<Dim> = (0..3).map(|_| choice.of(sizes).clone()).collect();
    if wanted.is_scalar() {
        entries(&free, choice, &mut all);
    } else {
        let flat = Shape::vector(wanted.len());
        let text = format!("unvec(#1,{},{})", wanted.rows, wanted.cols);
        all.push(Production::new(Pattern::call(text), vec![(flat, Need::Any)]).weighing(2));
        quarters(wanted, &mut all);
    }
    for (subscripts, operands, result) in SUBSCRIPTS {
        all.extend(einsum(wanted, subscripts, operands, result, &free));
    }
    spectral(wanted, &mut all);
    all
}

fn powers(wanted: &Shape, all: &mut Vec<Production>) {
    let mut power = |text: String, need: Need| {
        let pattern = Pattern::operator(text, POWER, &[ATOM, 0]);
        all.push(Production::new(pattern, vec![(wanted.clone(), need)]).weighing(2));
    };
    let sign = if wanted.is_scalar() { "^" } else { ".^" };
    power(format!("#1{sign}2"), Need::Any);
    power(format!("#1{sign}3"), Need::Any);
    power(format!("#1{sign}(-2)"), Need::Positive);
    power(format!("#1{sign}0.5"), Need::Positive);
    power(format!("#1{sign}(3/2)"), Need::Positive);
    power("#1.^(-1)".into(), Need::Positive);
    if wanted.is_square() && !wanted.is_scalar() {
        power("#1^2".into(), Need::Any);
        power("#1^3".into(), Need::Any);
        power("#1^(-1)".into(), Need::Invertible);
        power("#1^(-2)".into(), Need::Invertible);
    }
}

/// Matrix functions with a number among their arguments.
fn spectral(wanted: &Shape, all: &mut Vec<Production>) {
    if wanted.is_scalar() {
        return;
    }
    let bounds = [(Shape::scalar(), Need::Any), (Shape::scalar(), Need::Positive)];
    all.push(Production::new(
        Pattern::call("mclip(#1,#2,#2 + (#3))"),
        [(wanted.clone(), Need::FullRank)].into_iter().chain(bounds).collect(),
    ));
    let mut call = |text: &str, need: Need| {
        all.push(Production::new(Pattern::call(text), vec![(wanted.clone(), need)]));
    };
    call("lowrank(#1,1)", Need::FullRank);
    call("mclip(#1,0.5,1.5)", Need::FullRank);
    call("mclip(#1,0,1)", Need::Any);
    if wanted.is_square() {
        call("invroot(#1,2)", Need::Spd);
        call("invroot(#1,3)", Need::Spd);
    }
}

fn constants(wanted: &Shape, all: &mut Vec<Production>) {
    let sum = |text: &str| Pattern::operator(text, SUM, &[SUM, PRODUCT]);
    let mut with = |pattern: Pattern| {
        all.push(Production::new(pattern, vec![(wanted.clone(), Need::Any)]).weighing(1))
    };
    with(Pattern::operator("2*#1", PRODUCT, &[POWER]));
    with(Pattern::operator("#1/3", PRODUCT, &[PRODUCT]));
    with(Pattern::operator("0.5.*#1", PRODUCT, &[POWER]));
    with(Pattern::call("max(#1,0)"));
    with(sum("1 - #1"));
    if wanted.is_vector() {
        with(sum("#1 + vector(2)"));
    } else if !wanted.is_scalar() && !wanted.is_row() {
        with(sum("#1 - matrix(1)"));
        if wanted.is_square() {
            with(Pattern::operator(format!("#1 + eye({})", wanted.rows), SUM, &[SUM]));
        }
    }
}

fn entries(free: &[Dim], choice: &mut Choice, all: &mut Vec<Production>) {
    let (index, other) = (*choice.of(&["1", "2", "i"]), *choice.of(&["1", "2", "j"]));
    let mut entry = |text: String, shape: Shape| {
        let pattern = Pattern::operator(text, ATOM, &[ATOM]);
        all.push(Production::new(pattern, vec![(shape, Need::Any)]));
    };
    entry(format!("#1[{index}]"), Shape::vector(free[0].clone()));
    entry(format!("#1[{index}]"), Shape::row(free[1].clone()));
    entry(format!("#1[{index},{other}]"), Shape::matrix(free[1].clone(), free[2].clone()));
}

/// Four blocks, where both axes are sums.
fn quarters(wanted: &Shape, all: &mut Vec<Production>) {
    let (Some((top, bottom)), Some((left, right))) = (halves(&wanted.rows), halves(&wanted.cols))
    else {
        return;
    };
    let part = |rows: &Dim, cols: &Dim| (Shape::matrix(rows.clone(), cols.clone()), Need::Any);
    let parts =
        vec![part(&top, &left), part(&top, &right), part(&bottom, &left), part(&bottom, &right)];
    all.push(Production::new(Pattern::call("[#1, #2; #3, #4]"), parts).weighing(6));
}

fn halves(dim: &Dim) -> Option<(Dim, Dim)> {
    let [(names, 1), _, ..] = dim.terms() else { return None };
    let head = Dim::product(&names.iter().map(|name| Dim::symbol(name)).collect::<Vec<_>>());
    (!names.is_empty()).then(|| (head.clone(), dim.minus(&head)))
}

fn einsum(
    wanted: &Shape,
    subscripts: &str,
    operands: &[&str],
    result: &str,
    free: &[Dim],
) -> Option<Production> {
    let mut sizes = Sizes::new();
    let axes = wanted.axes();
    let kind = match result.len() {
        0 => wanted.is_scalar(),
        1 => wanted.is_vector(),
        _ => !wanted.is_scalar() && !wanted.is_vector() && !wanted.is_row(),
    };
    if !kind {
        return None;
    }
    for (letter, axis) in result.chars().zip(&axes) {
        sizes.insert(letter.to_string().into(), axis.clone());
    }
    for (place, letter) in ["i", "j", "k"].into_iter().enumerate() {
        sizes.entry(letter.into()).or_insert_with(|| free[place].clone());
    }
    let size = |letter: char| filled(&Dim::symbol(&letter.to_string()), &sizes);
    let shape = |letters: &str| Shape::of(&letters.chars().map(size).collect::<Vec<_>>());
    let arguments = operands.iter().map(|letters| (shape(letters), Need::Any)).collect();
    let holes: Vec<String> = (1..=operands.len()).map(|k| format!("#{k}")).collect();
    Some(
        Production::new(
            Pattern::call(format!("einsum(\"{subscripts}\",{})", holes.join(","))),
            arguments,
        )
        .weighing(2),
    )
}
