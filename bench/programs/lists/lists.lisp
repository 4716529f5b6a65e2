(load "../measure.lisp")
(defun build (n xs) (declare (fixnum n)) (if (= n 0) xs (build (- n 1) (cons n xs))))
(defun run ()
  (reduce #'+
          (remove-if-not (lambda (x) (= 0 (the fixnum (mod (the fixnum x) 3))))
                         (mapcar (lambda (x) (* (the fixnum x) 2))
                                 (reverse (build 1000000 '()))))))
(measure #'run)
