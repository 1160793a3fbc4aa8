"""Every recurring job: seconds from one run's end to the next, and the function. Each lives in the noun it serves."""

from vigie.kernel.recurring import Job

JOBS = [
    Job(0.25, "vigie.promises.sweep.sweep"),
    Job(1, "vigie.tickets.sending.release_due"),
    Job(2, "vigie.mail_out.deliver.deliver_due"),
    Job(600, "vigie.tickets.closing.close_solved"),
    Job(3600, "vigie.conversations.uploading.clear_unsent"),
    Job(3600, "vigie.api.repeating.clear"),
    Job(3600, "vigie.journal.tidying.forget_done"),
    Job(3600, "vigie.config.tidying.clear_sessions"),
]
