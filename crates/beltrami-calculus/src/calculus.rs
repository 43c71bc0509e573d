//! The state of one derivation, which its passes share.

use std::collections::{BTreeMap, BTreeSet};

use beltrami_core::{ExprId, Graph, Number};
use beltrami_stop::Stop;
use rustc_hash::FxHashMap;

use crate::index::{Leg, Space};
use crate::product_rule::Met;
use crate::rulebook::Rulebook;

/// The workplace of one derivation: the expressions, the texts, the indices.
pub struct Calculus<'a> {
    /// Where expressions are built.
    pub graph: &'a mut Graph,
    /// The texts of the registry, compiled.
    pub rules: &'a Rulebook,
    /// The indices.
    pub space: Space,
    /// Whether sums inside products are multiplied out.
    pub expand_sums: bool,
    /// Whether scalars are taken apart into sums of products; only while their own normal form is looked for.
    pub(crate) open_scalars: bool,
    /// Whether matrices may be singular of which polynomials are differentiated.
    pub(crate) singular: bool,
    pub(crate) scalar_forms: FxHashMap<ExprId, (Number, Vec<(ExprId, Number)>)>,
    /// Sums tried so far in the search for common factors.
    pub(crate) factorings: usize,
    /// Whether commutation matrices go in front, where there is a choice.
    pub(crate) swap_rows: bool,
    pub(crate) wrt: Option<(ExprId, [Leg; 2])>,
    /// Derivatives that are kept as arrays of their own.
    pub(crate) kept: Kept,
    pub(crate) has_hole: Vec<bool>,
    pub(crate) stop: Stop,
    pub(crate) met: Met,
}

impl<'a> Calculus<'a> {
    /// A fresh workplace.
    pub fn new(graph: &'a mut Graph, rules: &'a Rulebook) -> Calculus<'a> {
        Calculus {
            graph,
            rules,
            space: Space::default(),
            expand_sums: false,
            open_scalars: false,
            singular: false,
            factorings: 0,
            swap_rows: true,
            scalar_forms: FxHashMap::default(),
            wrt: None,
            kept: Kept::default(),
            has_hole: Vec::new(),
            stop: Stop::default(),
            met: Met::default(),
        }
    }

    /// The same, ended by this stop.
    #[must_use]
    pub fn stopped_by(self, stop: &Stop) -> Calculus<'a> {
        Calculus { stop: stop.clone(), ..self }
    }
}

/// The derivatives that are kept, and when.
#[derive(Default)]
pub(crate) struct Kept {
    /// Whether derivatives are kept at all.
    pub(crate) active: bool,
    /// The array for an expression and a symbol.
    pub(crate) found: BTreeMap<(ExprId, ExprId), ExprId>,
    /// All arrays.
    pub(crate) arrays: BTreeSet<ExprId>,
    /// What is written out nevertheless: it is being differentiated.
    pub(crate) opened: BTreeSet<ExprId>,
}
