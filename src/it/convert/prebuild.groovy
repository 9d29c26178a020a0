import org.apache.commons.io.FileUtils

File fixtures = new File(basedir, "../../../../sdtune-runtime/src/test/resources/fixtures").canonicalFile
FileUtils.copyDirectory(new File(fixtures, "sd15/pipeline"), new File(basedir, "base"))
FileUtils.copyFile(new File(fixtures, "lora-files/kohya/lora.safetensors"), new File(basedir, "lora.safetensors"))
return true
