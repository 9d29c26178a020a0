/** What a training moves, and what it adds to the model for that: one file for each method. */
package io.github.sdtune.method;
