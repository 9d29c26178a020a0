/** Which parameters a training moves: rules over their names, without loading a weight. */
package io.github.sdtune.selection;
