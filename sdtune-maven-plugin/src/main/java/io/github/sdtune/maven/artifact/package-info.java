/** Models and metrics out of Maven's repositories, and into them. */
package io.github.sdtune.maven.artifact;
