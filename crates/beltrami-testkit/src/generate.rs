//! Expressions grown from a wanted shape downwards.

use beltrami_core::{Dim, Registry, Shape};

use crate::catalogue::Catalogue;
use crate::choice::Choice;
use crate::guard;
use crate::need::Need;
use crate::production::Production;
use crate::special;
use crate::tree::Tree;
use crate::variable::Variable;

/// Grows expressions and declares the names they need.
pub struct Generator<'a> {
    catalogue: Catalogue,
    choice: &'a mut Choice,
    /// The sizes that free axes take.
    sizes: Vec<Dim>,
    /// The names declared so far.
    pub variables: Vec<Variable>,
}

impl<'a> Generator<'a> {
    /// A generator over a registry.
    pub fn new(registry: &Registry, choice: &'a mut Choice) -> Generator<'a> {
        let name = Dim::symbol;
        let mut sizes = vec![name("n"), name("n"), name("n"), name("m"), name("m")];
        // A few sizes an expression, so that shapes meet; now and then a fixed one or a composed one.
        match choice.below(8) {
            0 => sizes.push(name("p")),
            1 => sizes.push(Dim::constant(3)),
            2 => sizes.push(Dim::constant(2)),
            3 => sizes.push(name("n").plus(&Dim::one())),
            4 => sizes.push(name("m").times(&name("n"))),
            5 => sizes.push(name("m").plus(&name("n"))),
            _ => {}
        }
        Generator { catalogue: Catalogue::new(registry), choice, sizes, variables: Vec::new() }
    }

    /// The shape of a whole expression.
    pub fn target(&mut self) -> Shape {
        let size = |choice: &mut Choice, sizes: &[Dim]| choice.of(sizes).clone();
        let (one, two) = (size(self.choice, &self.sizes), size(self.choice, &self.sizes));
        match self.choice.below(10) {
            0..4 => Shape::scalar(),
            4..6 => Shape::vector(one),
            6 => Shape::row(one),
            7 => Shape::matrix(one.clone(), one),
            _ => Shape::matrix(one, two),
        }
    }

    /// An expression of a shape that meets a need, with about `budget` operations.
    pub fn grow(&mut self, shape: &Shape, need: Need, budget: usize) -> Tree {
        if budget == 0 {
            return self.leaf(shape, need);
        }
        let Some(production) = self.production(shape, need) else { return self.leaf(shape, need) };
        let shares = self.choice.split(budget - 1, production.arguments.len());
        let children = production
            .arguments
            .iter()
            .zip(shares)
            .map(|((shape, need), share)| self.grow(shape, *need, share))
            .collect();
        Tree {
            pattern: production.pattern,
            shape: shape.clone(),
            need,
            is_variable: false,
            children,
        }
    }

    fn production(&mut self, shape: &Shape, need: Need) -> Option<Production> {
        let mut all = guard::productions(shape, need, &self.sizes, self.choice);
        if all.is_empty() {
            all = self.catalogue.productions(shape, &self.sizes, self.choice);
            all.extend(special::productions(shape, &self.sizes, self.choice));
        }
        let weights: Vec<u32> = all.iter().map(|production| production.weight).collect();
        let place = self.choice.weighted(&weights);
        (place < all.len()).then(|| all.swap_remove(place))
    }

    /// A declared name, an old one where one fits, or now and then a constant.
    pub fn leaf(&mut self, shape: &Shape, need: Need) -> Tree {
        if matches!(need, Need::Any | Need::Bounded | Need::Positive) && self.choice.chance(0.08) {
            let text = self.constant(shape);
            return Tree::leaf(text, shape.clone(), need, false);
        }
        let fitting: Vec<usize> = (0..self.variables.len())
            .filter(|place| self.variables[*place].meets(shape, need))
            .collect();
        let variable = if !fitting.is_empty() && self.choice.chance(0.7) {
            self.variables[*self.choice.of(&fitting)].clone()
        } else {
            let variable = Variable::draw(self.choice, shape, need, &self.variables);
            self.variables.push(variable.clone());
            variable
        };
        Tree::leaf(variable.name, shape.clone(), need, true)
    }

    fn constant(&mut self, shape: &Shape) -> String {
        let (rows, cols) = (&shape.rows, &shape.cols);
        if shape.is_scalar() {
            return (*self.choice.of(&["1", "2", "3", "0.5", "1.5", "n"])).to_string();
        }
        if shape.is_vector() {
            return format!("ones({rows})");
        }
        format!("ones({rows},{cols})")
    }
}
