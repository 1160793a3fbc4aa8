"""The subcommands of `vigie`: `ABOUT`, `configure(parser)`, `run(args)`. They import Django inside `run` only."""
