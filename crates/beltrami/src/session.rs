//! One place where registry, texts and engines meet.

use std::sync::OnceLock;

use beltrami_calculus::{Bounds, Rulebook};
use beltrami_core::{ExprId, Graph, Registry};
use beltrami_diag::{Error, SourceId, Sources};
use beltrami_elab::{Elaborated, Request, elaborate, theory};
use beltrami_syntax::{Declaration, Program, parse_declarations, parse_program};

use crate::sample::Drawn;

/// Registry, texts and rules, read and compiled when they are first used; made once, shared by everything.
pub struct Session {
    /// The operations.
    pub registry: &'static Registry,
    /// Their texts.
    pub rules: Rulebook,
}

/// An elaborated program with its sources.
pub struct Loaded {
    /// Expressions, variables, assumptions.
    pub program: Elaborated,
    /// The texts, for messages.
    pub sources: Sources,
    /// The source of the expression itself.
    pub source: SourceId,
}

/// A program and declarations without errors of syntax.
pub(crate) struct Parsed {
    sources: Sources,
    source: SourceId,
    declarations_source: SourceId,
    program: Program,
    declared: Vec<Declaration>,
}

impl Parsed {
    pub(crate) fn new(name: &str, text: &str, declarations: &str) -> Result<Parsed, Error> {
        let mut sources = Sources::new();
        let source = sources.add(name, text);
        let declarations_source = sources.add("<--let>", declarations);
        let program = parse_program(text, source);
        let declared = parse_declarations(declarations, declarations_source);
        let errors = [program.errors, declared.errors].concat();
        if !errors.is_empty() {
            return Err(Error::refused(errors, &sources));
        }
        let (program, declared) = (program.tree, declared.tree);
        Ok(Parsed { sources, source, declarations_source, program, declared })
    }
}

impl Loaded {
    /// The declared bounds of a name's entries.
    pub(crate) fn range(&self, name: &str) -> Option<(f64, f64)> {
        self.program.variables.iter().find(|v| v.name == name).and_then(|v| v.range)
    }

    /// The variables, as values are drawn for them.
    pub(crate) fn drawn(&self) -> Vec<Drawn> {
        let variables = self.program.variables.iter();
        variables.map(|v| Drawn { name: v.name.clone(), id: v.id, range: v.range }).collect()
    }
}

impl Session {
    /// The session of the built-in operations.
    pub fn global() -> &'static Session {
        static SESSION: OnceLock<Session> = OnceLock::new();
        SESSION.get_or_init(|| {
            let registry = beltrami_ops::registry();
            Session { registry, rules: Rulebook::new(theory::read(registry)) }
        })
    }

    /// Reads and types an expression or program; `name` is what messages call it, `declarations` the text of `--let`.
    pub fn load(
        &self,
        name: &str,
        text: &str,
        declarations: &str,
        by: &[String],
    ) -> Result<Loaded, Error> {
        let Parsed { sources, source, declarations_source, program, declared } =
            Parsed::new(name, text, declarations)?;
        let request = Request {
            registry: self.registry,
            program: &program,
            source,
            declarations: &declared,
            declarations_source,
            by,
        };
        match elaborate(&request) {
            Ok(program) => Ok(Loaded { program, sources, source }),
            Err(diagnostics) => Err(Error::refused(diagnostics, &sources)),
        }
    }

    /// The shortest expression found that equals `expr`.
    pub fn simplify(&self, graph: &mut Graph, expr: ExprId) -> ExprId {
        self.rules.simplifier.simplify(graph, expr, Bounds::default())
    }
}
