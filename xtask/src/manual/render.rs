//! Markdown to HTML, formulas to MathML.

use std::collections::BTreeMap;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};
use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Storage, push_mathml};

use super::bibliography::Bibliography;
use crate::markdown::slug;

/// Renders pages that cite works of one bibliography.
pub struct Renderer<'a> {
    bibliography: &'a Bibliography,
}

impl<'a> Renderer<'a> {
    /// A renderer.
    pub fn new(bibliography: &'a Bibliography) -> Renderer<'a> {
        Renderer { bibliography }
    }

    /// The body of a page; `up` leads to the root of the manual; what cannot be rendered is told to `problem`.
    pub fn html(&self, markdown: &str, up: &str, problem: &mut dyn FnMut(String)) -> String {
        let options = Options::ENABLE_TABLES | Options::ENABLE_MATH | Options::ENABLE_FOOTNOTES;
        let mut events: Vec<Event<'_>> = Parser::new_ext(markdown, options).collect();
        name_headings(&mut events);
        let mut linked = 0_usize;
        let events = events.into_iter().map(|event| match event {
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                linked += 1;
                Event::Start(Tag::Link { link_type, dest_url: to_html(dest_url), title, id })
            }
            Event::End(TagEnd::Link) => {
                linked -= 1;
                Event::End(TagEnd::Link)
            }
            Event::InlineMath(latex) => {
                Event::InlineHtml(mathml(&latex, DisplayMode::Inline, problem).into())
            }
            Event::DisplayMath(latex) => {
                Event::InlineHtml(mathml(&latex, DisplayMode::Block, problem).into())
            }
            Event::Code(key) if linked == 0 && self.bibliography.contains(&key) => {
                let anchor = slug(&key);
                Event::InlineHtml(
                    format!("<a href=\"{up}references.html#{anchor}\">{}</a>", escaped(&key))
                        .into(),
                )
            }
            other => other,
        });
        let mut out = String::new();
        html::push_html(&mut out, events);
        out
    }
}

/// Gives every heading the anchor that GitHub gives it.
fn name_headings(events: &mut [Event<'_>]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for start in 0..events.len() {
        if !matches!(events[start], Event::Start(Tag::Heading { .. })) {
            continue;
        }
        let mut text = String::new();
        for event in &events[start + 1..] {
            match event {
                Event::End(TagEnd::Heading(_)) => break,
                Event::Text(part) | Event::Code(part) | Event::InlineMath(part) => {
                    text.push_str(part)
                }
                _ => {}
            }
        }
        let name = slug(&text);
        let times = seen.entry(name.clone()).or_default();
        let anchor = if *times == 0 { name } else { format!("{name}-{times}") };
        *times += 1;
        if let Event::Start(Tag::Heading { id, .. }) = &mut events[start] {
            *id = Some(anchor.into());
        }
    }
}

/// Links between sources become links between pages.
fn to_html(link: CowStr<'_>) -> CowStr<'_> {
    let (file, anchor) =
        link.split_once('#').map_or((&*link, None), |(file, anchor)| (file, Some(anchor)));
    match file.strip_suffix(".md") {
        Some(stem) if !file.contains("://") => {
            let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
            format!("{stem}.html{anchor}").into()
        }
        _ => link,
    }
}

fn mathml(latex: &str, display_mode: DisplayMode, problem: &mut dyn FnMut(String)) -> String {
    let storage = Storage::new();
    let events: Result<Vec<_>, _> = pulldown_latex::Parser::new(latex, &storage).collect();
    if let Err(error) = events {
        problem(format!("formula `{latex}`: {error}"));
    }
    let config = RenderConfig { display_mode, annotation: Some(latex), ..RenderConfig::default() };
    let mut out = String::new();
    if let Err(error) = push_mathml(&mut out, pulldown_latex::Parser::new(latex, &storage), config)
    {
        problem(format!("formula `{latex}`: {error}"));
    }
    out
}

/// A title of the sidebar: text with parts in backquotes.
pub fn inline(title: &str) -> String {
    let parts = title.split('`').enumerate().map(|(place, part)| {
        if place % 2 == 1 { format!("<code>{}</code>", escaped(part)) } else { escaped(part) }
    });
    parts.collect()
}

/// Text as HTML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(markdown: &str) -> (String, Vec<String>) {
        let bibliography = Bibliography::parse("@book{Known2000,\n}\n");
        let mut problems = Vec::new();
        let html = Renderer::new(&bibliography)
            .html(markdown, "../", &mut |problem| problems.push(problem));
        (html, problems)
    }

    #[test]
    fn formulas_links_headings_and_citations_are_rendered() {
        let (html, problems) = html("# A `b`\n\n$x^2$ [l](c.md#d) `Known2000` `other`\n\n# A b\n");
        assert!(problems.is_empty(), "{problems:?}");
        assert!(html.contains("<h1 id=\"a-b\">") && html.contains("<h1 id=\"a-b-1\">"), "{html}");
        assert!(html.contains("<math") && html.contains("<msup>"), "{html}");
        assert!(html.contains("href=\"c.html#d\""), "{html}");
        assert!(html.contains("href=\"../references.html#known2000\""), "{html}");
        assert!(html.contains("<code>other</code>"), "{html}");
    }

    #[test]
    fn a_formula_that_is_none_is_reported() {
        assert_eq!(html("$\\nosuchcommand$").1.len(), 1);
    }
}
