"""The programme file: a keeper's promise to members, read, checked and told.

`loading.load` turns the text of a file into a `promise.Programme`, which the kernel compiles; `loading.check`
tells everything that is wrong with it. On the way:

- `document` reads YAML's simple part into nodes that know their line and column;
- `shapes` and `records` are the words in which a section declares its keys; `reading` collects the problems;
- one module for each section declares and checks it beside the values it becomes (`header`, `currencies`,
  `earn` with `earn_reading`, `tiers`, and those in `sections`); `benefits` is what several of them give;
  `vocabulary` says which words conditions may use, `declared` what earlier sections let later ones name;
- `schema` tells editors the same as a JSON Schema;
- `problems` shows what is wrong with the line of the file, a caret and a remedy;
- `sentences` says rules, caps and tiers in the member's language, `giving_sentences` offers, moments, clubs, partners
  and referrals, `clauses` the rest;
- `comparing` tells what differs between two programmes (`comparable` what is compared, `judging` which way is better),
  `notice` what such a change owes to members, and drafts it.

Pure: no Django, no database, no clock. docs/programme.md is the reference of every key and every problem.
"""
