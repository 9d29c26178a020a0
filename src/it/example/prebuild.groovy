import org.apache.commons.io.FileUtils

File example = new File(basedir, "../../../../example-project").canonicalFile
FileUtils.copyFile(new File(example, "pom.xml"), new File(basedir, "pom.xml"))
FileUtils.copyDirectory(new File(example, "src"), new File(basedir, "src"))
return true
