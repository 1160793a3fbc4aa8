/** The console. */

import { start as act } from "./act.js";
import { start as clock } from "./clock.js";
import { start as composer } from "./composer.js";
import { start as desk } from "./desk.js";
import { start as dialog } from "./dialog.js";
import { start as draft } from "./draft.js";
import { start as forms } from "./forms.js";
import { start as keys } from "./keys.js";
import { start as live } from "./live.js";
import { start as menu } from "./menu.js";
import { start as palette } from "./palette.js";
import { start as parts } from "./parts.js";
import { start as queue } from "./queue.js";
import { signInAgain } from "./session.js";
import { start as theme } from "./theme.js";
import { start as upload } from "./upload.js";

for (const start of [live, parts, clock, draft, upload, composer, act, menu, dialog, theme, forms, desk, queue, palette, keys]) start();
addEventListener("vigie:session", () => void signInAgain());
