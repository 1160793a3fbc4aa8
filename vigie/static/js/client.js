/** The client area and the public pages. */

import { start as clock } from "./clock.js";
import { start as composer } from "./composer.js";
import { start as dialog } from "./dialog.js";
import { start as draft } from "./draft.js";
import { start as forms } from "./forms.js";
import { start as live } from "./live.js";
import { start as menu } from "./menu.js";
import { start as parts } from "./parts.js";
import { signInAgain } from "./session.js";
import { start as theme } from "./theme.js";
import { start as upload } from "./upload.js";

for (const start of [live, parts, clock, draft, upload, composer, menu, dialog, theme, forms]) start();
addEventListener("vigie:session", () => void signInAgain());
