/** Pictures from prompts: what to draw, files with their settings, contact sheet and index. */
package io.github.sdtune.generate;
