"""Every recurring job: seconds from one run's end to the next, and the function. Each lives in the noun it serves."""

from vigie.kernel.recurring import Job

JOBS: list[Job] = []
