//! Pages about operations, verbs and codes, and the works that an expression rests on.

use beltrami::diag::{Code, codes};
use beltrami::{Citation, Topic};
use serde::Serialize;

use crate::Answer;

/// The page of a code.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct CodePage {
    /// `E0203` and its like.
    pub code: &'static str,
    /// A name of small letters and hyphens.
    pub slug: &'static str,
    /// In a few words.
    pub title: &'static str,
    /// The page, left out in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<&'static str>,
}

/// All codes.
#[derive(Clone, Debug, Serialize)]
pub struct Codes {
    /// In their order.
    pub codes: Vec<CodePage>,
}

/// The page of an operation.
#[derive(Clone, Debug, Serialize)]
pub struct OperationPage {
    /// The name.
    pub name: &'static str,
    /// The name with its arguments.
    pub signature: String,
    /// In a few words.
    pub title: String,
    /// Where it stands in the list.
    pub group: &'static str,
    /// The text, left out in a list.
    #[serde(flatten)]
    pub text: Option<Text>,
}

/// What a page says.
#[derive(Clone, Debug, Serialize)]
pub struct Text {
    /// The page.
    pub page: String,
    /// Its rewrite rules.
    pub rules: Vec<&'static str>,
    /// The works that it rests on.
    pub references: &'static [&'static str],
}

/// The operations of one name: for a program the fields of the first, and all where there are several.
#[derive(Clone, Debug, Serialize)]
pub struct Operations {
    #[serde(flatten)]
    first: Option<OperationPage>,
    /// In their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    operations: Vec<OperationPage>,
}

/// The help of a verb.
#[derive(Clone, Debug, Serialize)]
pub struct VerbPage {
    /// The verb.
    pub name: String,
    /// Its help.
    pub page: String,
}

/// The works that an expression rests on.
#[derive(Clone, Debug, Serialize)]
pub struct References {
    /// In their order.
    pub references: Vec<Reference>,
}

/// A work.
#[derive(Clone, Debug, Serialize)]
pub struct Reference {
    /// Its key.
    pub key: String,
    /// Its entry.
    pub bibtex: String,
}

impl CodePage {
    /// That of a code.
    pub fn new(code: &Code) -> CodePage {
        CodePage { page: Some(code.page), ..CodePage::listed(code) }
    }

    fn listed(code: &Code) -> CodePage {
        CodePage { code: code.id, slug: code.slug, title: code.title, page: None }
    }
}

impl Codes {
    /// Those that there are.
    pub fn all() -> Codes {
        Codes { codes: codes::ALL.iter().map(|code| CodePage::listed(code)).collect() }
    }
}

impl OperationPage {
    fn new(topic: &Topic) -> OperationPage {
        let (page, rules) = (topic.page.clone(), topic.rules.clone());
        let text = Text { page, rules, references: topic.references };
        OperationPage { text: Some(text), ..OperationPage::listed(topic) }
    }

    fn listed(topic: &Topic) -> OperationPage {
        let (signature, title) = (topic.signature.clone(), topic.title.clone());
        OperationPage { name: topic.name, signature, title, group: topic.group, text: None }
    }
}

impl Operations {
    /// The pages of these topics.
    pub fn pages(topics: &[Topic]) -> Operations {
        let mut all: Vec<OperationPage> = topics.iter().map(OperationPage::new).collect();
        match all.len() {
            0 | 1 => Operations { first: all.pop(), operations: all },
            _ => Operations { first: all.first().cloned(), operations: all },
        }
    }

    /// These topics without their pages.
    pub fn list(topics: &[Topic]) -> Operations {
        let operations = topics.iter().map(OperationPage::listed).collect();
        Operations { first: None, operations }
    }

    /// All of them.
    pub fn all(&self) -> &[OperationPage] {
        match &self.operations[..] {
            [] => self.first.as_slice(),
            several => several,
        }
    }
}

impl References {
    /// Those of these works.
    pub fn new(works: Vec<Citation>) -> References {
        let reference = |Citation { key, bibtex, .. }| Reference { key, bibtex };
        References { references: works.into_iter().map(reference).collect() }
    }
}

impl Answer for CodePage {
    fn text(&self) -> String {
        self.page.unwrap_or(self.title).to_owned()
    }
}

impl Answer for Codes {
    fn text(&self) -> String {
        let line = |one: &CodePage| format!("{}  {}  {}\n", one.code, one.slug, one.title);
        self.codes.iter().map(line).collect()
    }
}

impl Answer for Operations {
    fn text(&self) -> String {
        let text = |one: &OperationPage| match &one.text {
            Some(text) => text.page.clone(),
            None => format!("{}  {}", one.signature, one.title),
        };
        self.all().iter().map(text).collect::<Vec<_>>().join("\n")
    }
}

impl Answer for VerbPage {
    fn text(&self) -> String {
        self.page.clone()
    }
}

impl Answer for References {
    fn text(&self) -> String {
        let entries: Vec<&str> = self.references.iter().map(|one| one.bibtex.as_str()).collect();
        entries.join("\n\n")
    }
}
