//! Productions of values of which something is known.

use beltrami_core::{Dim, Shape};

use crate::choice::Choice;
use crate::need::Need;
use crate::production::Production;
use crate::tree::{ATOM, POWER, PRODUCT, Pattern, SUM};

/// The ways to make a value of the shape that meets the need.
pub fn productions(
    wanted: &Shape,
    need: Need,
    sizes: &[Dim],
    choice: &mut Choice,
) -> Vec<Production> {
    let mut list = List { shape: wanted.clone(), other: choice.of(sizes).clone(), all: Vec::new() };
    match if wanted.is_square() && !wanted.is_scalar() { need } else { need.of_scalar() } {
        Need::Any => {}
        Need::Bounded => list.bounded(),
        Need::Positive => list.positive(),
        Need::Unit => list.unit(),
        Need::Symmetric => list.symmetric(),
        Need::Spd => list.spd(),
        Need::Invertible => list.invertible(),
        Need::FullRank => list.full_rank(),
    }
    list.all
}

struct List {
    shape: Shape,
    other: Dim,
    all: Vec<Production>,
}

impl List {
    fn add(&mut self, pattern: Pattern, arguments: Vec<(Shape, Need)>) {
        self.all.push(Production::new(pattern, arguments));
    }

    fn call(&mut self, text: &str, need: Need) {
        self.add(Pattern::call(text), vec![(self.shape.clone(), need)]);
    }

    fn pair(&mut self, pattern: Pattern, one: Need, two: Need) {
        let shape = self.shape.clone();
        self.add(pattern, vec![(shape.clone(), one), (shape, two)]);
    }

    fn bounded(&mut self) {
        for name in ["tanh", "sin", "cos", "sigmoid", "erf", "softmax", "arctan"] {
            self.call(&format!("{name}(#1)"), Need::Any);
        }
        self.pair(sum(), Need::Bounded, Need::Bounded);
        let product = if self.shape.is_scalar() { "#1*#2" } else { "#1.*#2" };
        self.pair(
            Pattern::operator(product, PRODUCT, &[PRODUCT, POWER]),
            Need::Bounded,
            Need::Bounded,
        );
        self.pair(
            Pattern::operator("#1/(1 + norm2(#2))", PRODUCT, &[PRODUCT, 0]),
            Need::Any,
            Need::Any,
        );
        self.call("-#1", Need::Bounded);
        if let Some(last) = self.all.last_mut() {
            last.pattern = Pattern::operator("-#1", SUM, &[PRODUCT]);
        }
    }

    fn unit(&mut self) {
        for name in ["tanh", "sigmoid", "erf"] {
            self.call(&format!("{name}(#1)"), Need::Bounded);
        }
        self.add(
            Pattern::operator("0.9*sin(#1)", PRODUCT, &[0]),
            vec![(self.shape.clone(), Need::Any)],
        );
        self.pair(
            Pattern::operator("0.5*(#1 + #2)", PRODUCT, &[SUM, PRODUCT]),
            Need::Unit,
            Need::Unit,
        );
        let product = if self.shape.is_scalar() { "#1*#2" } else { "#1.*#2" };
        self.pair(Pattern::operator(product, PRODUCT, &[PRODUCT, POWER]), Need::Unit, Need::Unit);
    }

    fn positive(&mut self) {
        let scalar = self.shape.is_scalar();
        for (name, need) in [
            ("exp", Need::Bounded),
            ("cosh", Need::Bounded),
            ("softplus", Need::Any),
            ("sigmoid", Need::Bounded),
            ("softmax", Need::Bounded),
        ] {
            self.call(&format!("{name}(#1)"), need);
        }
        self.call("sqrt(#1)", Need::Positive);
        self.pair(sum(), Need::Positive, Need::Positive);
        let (product, quotient) = if scalar { ("#1*#2", "#1/#2") } else { ("#1.*#2", "#1./#2") };
        for text in [product, quotient] {
            self.pair(
                Pattern::operator(text, PRODUCT, &[PRODUCT, POWER]),
                Need::Positive,
                Need::Positive,
            );
        }
        let square = if scalar { "#1^2 + 1" } else { "#1.^2 + 1" };
        self.add(Pattern::operator(square, SUM, &[ATOM]), vec![(self.shape.clone(), Need::Any)]);
        self.add(
            Pattern::operator("abs(#1) + 0.5", SUM, &[0]),
            vec![(self.shape.clone(), Need::Any)],
        );
        if !scalar {
            return;
        }
        let n = self.other.clone();
        let (vector, square) = (Shape::vector(n.clone()), Shape::matrix(n.clone(), n));
        for name in ["tr", "det", "norm2", "normspec", "lmax", "normnuc"] {
            self.add(Pattern::call(format!("{name}(#1)")), vec![(square.clone(), Need::Spd)]);
        }
        self.add(
            Pattern::operator("norm2(#1)^2 + 1", SUM, &[0]),
            vec![(vector.clone(), Need::Any)],
        );
        self.add(
            Pattern::operator("logsumexp(#1) + 3", SUM, &[0]),
            vec![(vector.clone(), Need::Positive)],
        );
        self.add(Pattern::call("sum(#1)"), vec![(vector.clone(), Need::Positive)]);
        self.add(Pattern::call("mean(#1)"), vec![(vector.clone(), Need::Positive)]);
        let form = Pattern::operator("#1'*#2*#1 + 1", SUM, &[ATOM, POWER]);
        self.add(form, vec![(vector, Need::Any), (square, Need::Spd)]);
    }

    fn gram(&self) -> (Shape, Need) {
        (Shape::matrix(self.other.clone(), self.shape.rows.clone()), Need::Any)
    }

    fn symmetric(&mut self) {
        self.add(
            Pattern::operator("#1 + #1'", SUM, &[ATOM]),
            vec![(self.shape.clone(), Need::Any)],
        );
        self.pair(sum(), Need::Symmetric, Need::Symmetric);
        self.add(Pattern::operator("#1'*#1", PRODUCT, &[ATOM]), vec![self.gram()]);
        self.call("inv(#1)", Need::Spd);
        self.pair(
            Pattern::operator("#1*#2*#1", PRODUCT, &[POWER]),
            Need::Symmetric,
            Need::Symmetric,
        );
        let (column, size) = (Shape::vector(self.shape.rows.clone()), self.shape.rows.clone());
        self.add(
            Pattern::operator(format!("diag(#1) + eye({size})"), SUM, &[0]),
            vec![(column, Need::Any)],
        );
    }

    fn spd(&mut self) {
        let size = self.shape.rows.clone();
        let column = Shape::vector(size.clone());
        self.add(
            Pattern::operator(format!("#1'*#1 + eye({size})"), SUM, &[ATOM]),
            vec![self.gram()],
        );
        self.add(
            Pattern::operator("#1'*#1 + #2", SUM, &[ATOM, PRODUCT]),
            vec![self.gram(), (self.shape.clone(), Need::Spd)],
        );
        self.add(Pattern::call("diag(#1)"), vec![(column.clone(), Need::Positive)]);
        self.add(
            Pattern::operator("#1 + #2*#2'", SUM, &[SUM, ATOM]),
            vec![(self.shape.clone(), Need::Spd), (column, Need::Any)],
        );
        self.pair(sum(), Need::Spd, Need::Spd);
        self.pair(Pattern::operator("#1.*#2", PRODUCT, &[PRODUCT, POWER]), Need::Spd, Need::Spd);
        self.call("inv(#1)", Need::Spd);
        self.call("sqrtm(#1)", Need::Spd);
        self.add(
            Pattern::operator("#1*#2", PRODUCT, &[PRODUCT, POWER]),
            vec![(Shape::scalar(), Need::Positive), (self.shape.clone(), Need::Spd)],
        );
    }

    fn invertible(&mut self) {
        self.spd();
        self.pair(
            Pattern::operator("#1*#2", PRODUCT, &[PRODUCT, POWER]),
            Need::Invertible,
            Need::Invertible,
        );
        self.call("inv(#1)", Need::Invertible);
        self.call("expm(#1)", Need::Bounded);
        let size = self.shape.rows.clone();
        self.add(
            Pattern::operator(format!("eye({size}) + 0.2*tanh(#1)"), SUM, &[0]),
            vec![(self.shape.clone(), Need::Any)],
        );
        self.add(
            Pattern::operator("#1'", ATOM, &[ATOM]),
            vec![(self.shape.clone(), Need::Invertible)],
        );
    }

    fn full_rank(&mut self) {
        self.pair(sum(), Need::FullRank, Need::FullRank);
        self.add(
            Pattern::operator("0.5*sin(#1) + #2", SUM, &[0, PRODUCT]),
            vec![(self.shape.clone(), Need::Any), (self.shape.clone(), Need::FullRank)],
        );
        let turned = (self.shape.transposed(), Need::FullRank);
        self.add(Pattern::operator("#1'", ATOM, &[ATOM]), vec![turned]);
        self.add(
            Pattern::operator("#1*#2", PRODUCT, &[PRODUCT, POWER]),
            vec![(Shape::scalar(), Need::Positive), (self.shape.clone(), Need::FullRank)],
        );
        let square = Shape::matrix(self.shape.rows.clone(), self.shape.rows.clone());
        self.add(
            Pattern::operator("#1*#2", PRODUCT, &[PRODUCT, POWER]),
            vec![(square, Need::Invertible), (self.shape.clone(), Need::FullRank)],
        );
    }
}

fn sum() -> Pattern {
    Pattern::operator("#1 + #2", SUM, &[SUM, PRODUCT])
}
